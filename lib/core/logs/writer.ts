/**
 * The program that writes the log of a container: started by the container's shim, it goes on when
 * the script has ended, and needs nothing installed but what every Linux has.
 *
 * @module
 */
import { shellQuote } from "../../oci/quote.ts";

/** How a log is kept. */
export interface LogFileOptions {
  /** After how many bytes a new file is begun. */
  readonly maxBytes: number;
  /** How many files are kept, the one that is written to included. */
  readonly maxFiles: number;
}

/** How the writer goes about it. */
export interface LogWriterOptions extends LogFileOptions {
  /** Whether the container has a terminal. */
  readonly terminal?: boolean;
  /**
   * Whether it makes the log's folder if that is not there. A writer that is late must not bring
   * back what a sweep has removed.
   */
  readonly makesFolder?: boolean;
}

/** In the log's folder while its writer runs; holds the writer's process id. */
export const WRITER_MARK = "logging";

/** The longest piece of a line in one record, in bytes: as much as Docker's. */
const PIECE_BYTES = 16384;

/*
 * Reads both pipes (3 and 4), writes records, and begins new files. A line that is longer than a
 * piece becomes several records, of which only the last ends with "\n", as Docker has it; pieces end
 * between characters. Of a terminal, what has no line end yet is written too, for those who attach.
 *
 * The shim holds the pipes open until the task is deleted, so their end does not tell when the
 * container's process has ended: a pidfd (system call 434 everywhere) does. What is in the pipes by
 * then is written, and the mark is removed: readers who follow know that nothing more will come.
 * SIGTERM, which the shim sends when the task is deleted, is ignored: the pipes end by themselves.
 *
 * No single quotes in here.
 */
const PERL = String.raw`
use Time::HiRes;
my($p,$max,$keep,$pf,$tty)=@ARGV;my($f,$size,$pid,$x,$gone,$at);
$SIG{$_}="IGNORE" for qw(TERM INT HUP PIPE);
my %e=("\n"=>"\\n","\t"=>"\\t","\r"=>"\\r","\""=>"\\\"","\\"=>"\\\\");
sub fresh{open($f,">>",$p);$size=-s $f}
sub put{my $w=0;
while($w<length $_[0]){my $k=syswrite($f,$_[0],length($_[0])-$w,$w);last if!defined $k;$w+=$k}
$size+=$w;return if $size<$max;
close $f;for(my $i=$keep-1;$i>1;$i--){rename $p.".".($i-1),"$p.$i"}
$keep>1?rename($p,"$p.1"):unlink $p;fresh()}
my(%h,%b);
sub take{my($d,$rest)=@_;my $o="";
while(length $b{$d}){
my $c=index($b{$d},"\n")+1;my $l;
if($c>0&&$c<=${PIECE_BYTES}){$l=substr($b{$d},0,$c,"")}
elsif(length $b{$d}>${PIECE_BYTES}){$l=substr($b{$d},0,${PIECE_BYTES});
$l=~s/[\xc0-\xff][\x80-\xbf]{0,3}\z//;substr($b{$d},0,length $l,"")}
elsif($rest){$l=$b{$d};$b{$d}=""}
else{last}
$l=~s/([\x00-\x1f"\\])/$e{$1}||sprintf("\\u%04x",ord $1)/ge;
$o.="{\"log\":\"$l\",\"stream\":\"".($d==3?"stdout":"stderr")."\",\"time\":\"$at\"}\n";
if(length $o>65536){put($o);$o=""}}
put($o) if length $o}
fresh();
open(my $ready,">&=5");close $ready;
open($h{3},"<&=3");open($h{4},"<&=4");
while(%h){
if(!$pid&&open(my $i,"<",$pf)){$pid=<$i>;if($pid){my $n=syscall(434,$pid+0,0);
if($n>=0){open($x,"<&=$n")}elsif($!==3){$gone=1}}}
my $v="";vec($v,$_,1)=1 for keys %h;vec($v,fileno $x,1)=1 if $x;
my $n=select($v,undef,undef,!$pid?.05:$gone?0:undef);
my($s,$u)=Time::HiRes::gettimeofday();my @t=gmtime $s;
$at=sprintf("%04d-%02d-%02dT%02d:%02d:%02d.%06d000Z",$t[5]+1900,$t[4]+1,@t[3,2,1,0],$u);
if($gone&&!$n){take($_,1) for keys %h;unlink "${WRITER_MARK}";$gone=0}
next if $n<1;
if($x&&vec($v,fileno $x,1)){close $x;undef $x;$gone=1}
for my $d(grep{vec($v,$_,1)}sort keys %h){
$b{$d}="" if!defined $b{$d};
my $n=sysread($h{$d},$b{$d},65536,length $b{$d});
next if!defined $n;
take($d,!$n||$tty);
delete $h{$d} if!$n;
}}
close $f;unlink "${WRITER_MARK}"`;

/*
 * For hosts without Perl: one record a line, times in whole seconds, one file that is never begun
 * anew. A control character becomes "?". Meant for the awk of busybox and for gawk; Debian's reads a
 * whole buffer before it looks, but Debian has Perl.
 */
const AWK = String.raw`
{gsub(/\\/,"&&");gsub(/"/,"\\\"");gsub(/\t/,"\\t");gsub(/\r/,"\\r");gsub(/[\001-\037]/,"?")
c="date -u +%Y-%m-%dT%H:%M:%SZ";c|getline t;close(c)
printf "{\"log\":\"%s\\n\",\"stream\":\"%s\",\"time\":\"%s\"}\n",$0,s,t;fflush()}`;

/**
 * The address under which containerd starts the writer (its `binary` scheme).
 *
 * @param folder Where the log goes.
 * @param options How it is kept.
 * @param config Text for `log-config.json`, which tells nerdctl what kind of log this is.
 */
export function logWriterUri(
  folder: string,
  options: LogWriterOptions,
  config: string,
): string {
  const place = shellQuote(folder);
  const script = [
    // The shim gives no environment but the container's name.
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "export PATH",
    "umask 077",
    "b=${PWD%/*}/$CONTAINER_ID/init.pid",
    `${options.makesFolder ? `mkdir -p ${place}&&` : ""}cd ${place}||exit 1`,
    `printf %s ${shellQuote(config)}>log-config.json`,
    `echo $$>${WRITER_MARK}`,
    "f=$CONTAINER_ID-json.log",
    `command -v perl>/dev/null&&exec perl -e '${PERL.trim()}' "$f" ${options.maxBytes} ${options.maxFiles} "$b" ${
      options.terminal ? 1 : 0
    }`,
    "trap '' TERM INT HUP",
    ': >>"$f"',
    "exec 5>&-",
    `l(){ awk -v s=$1 '${AWK.trim()}' >>"$f"; }`,
    "l stdout <&3 &",
    "l stderr <&4 &",
    "exec 3<&- 4<&-",
    "wait",
    `rm -f ${WRITER_MARK}`,
  ].join("\n");
  return `binary:///bin/sh?-c=${encodeQuery(script)}`;
}

/** Encodes no more than Go's `net/url` needs: the address is also kept in a label of 4 KiB. */
function encodeQuery(text: string): string {
  return text.replaceAll(
    // deno-lint-ignore no-control-regex -- these are what must not stay
    /[\x00-\x1f\x7f%&+#; ]/g,
    (char) => char === " " ? "+" : `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
