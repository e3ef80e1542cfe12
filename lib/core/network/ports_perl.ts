/**
 * The program that takes a container's ports on the daemon's host, so that nobody else does.
 *
 * @module
 */

/**
 * Binds every port that it is asked for and listens, though nobody answers there: packets are led to
 * the container before they would arrive. So it is seen who has a port, in `/proc/net` and by
 * whoever tries to bind it too. Ports that are only in rules of CNI's portmap plugin count as taken.
 *
 * Arguments: the container's name for CNI, then four for each port: protocol, address, first port,
 * last port (0 for any). Answers `ok PID PORT…` and stays behind as that process, or
 * `taken PROTOCOL ADDRESS PORT WHO`.
 *
 * No single quotes in here.
 */
export const PORTS_PERL: string = String.raw`
use Socket qw(:DEFAULT inet_pton AF_INET6 pack_sockaddr_in6 unpack_sockaddr_in6);use Errno;
my($id,@w)=@ARGV;my(%d,@keep,@got);
for my $c("iptables",(grep{/:/}@w)?"ip6tables":()){
for(qx($c -w -t nat -S CNI-HOSTPORT-DNAT 2>/dev/null)){
next unless/-p (\w+) .*id: \\"([^"\\]*)\\".*--dports? (\S+).* -j (\S+)/;
my($t,$o,$p,$n)=($1,$2,$3,$4);next if$o eq$id;push@{$d{"$t $_"}},[$c,$o,$n]for split/,/,$p}}
sub ruled{my($t,$a,$p)=@_;
for(@{$d{"$t $p"}||[]}){my($c,$o,$n)=@$_;
for(qx($c -w -t nat -S $n 2>/dev/null)){next unless/--dport $p .*-j DNAT/;
next if/-d ([^ \/]+)/&&$a!~/^(0\.0\.0\.0|::)$/&&$1 ne$a;return"container $o"}}
undef}
sub holder{my($t,$p)=@_;my%i;my$x=sprintf":%04X",$p;
for my$f($t,$t."6"){open(my$h,"<","/proc/net/$f")or next;
while(<$h>){my@c=split;$i{$c[9]}=1 if$c[1]=~/$x$/&&$c[3]=~/^0[7A]$/}}
for(glob"/proc/[0-9]*/fd/*"){my$l=readlink or next;next unless$l=~/^socket:\[(\d+)\]/&&$i{$1};
my($q)=m{/proc/(\d+)};open(my$h,"<","/proc/$q/cmdline");my$n=<$h>;$n=~s/\0/ /g;$n=~s/ +$//;
return$n=~/^davit-ports (\S+)/?"container $1":"process $q (".substr($n,0,60).")"}
"another process"}
while(@w){my($t,$a,$l,$h)=splice@w,0,4;my$six=$a=~/:/;my($n,$why,$at);
my$udp=$t eq"udp";
for my$p($l?($l..$h):(0)x20){
$why=$p?ruled($t,$a,$p):undef;$at=$p;next if$why;
my$s;
if(!socket($s,$six?AF_INET6:AF_INET,$udp?SOCK_DGRAM:SOCK_STREAM,$udp?17:$t eq"tcp"?6:132)){$n=$p if$p;last}
setsockopt($s,SOL_SOCKET,SO_REUSEADDR,1)if!$udp;setsockopt($s,41,26,1)if$six;
my$b=inet_pton($six?AF_INET6:AF_INET,$a);
if(!bind($s,$six?pack_sockaddr_in6($p,$b):sockaddr_in($p,$b))||!$udp&&!listen($s,1)){
$why=$!{EADDRINUSE}?holder($t,$p):"-$!";next}
my($m)=$six?unpack_sockaddr_in6(getsockname$s):sockaddr_in(getsockname$s);
if(!$p&&ruled($t,$a,$m)){next}
push@keep,$s;$n=$m;last}
if(!$n){print"taken $t $a ".($l==$h?$at:"$l-$h")." ".($why||"no port is free")."\n";exit}
push@got,$n}
my$p=fork;if(!defined$p){exit 1}if($p){print"ok $p @got\n";exit}
$SIG{$_}="IGNORE"for qw(HUP INT PIPE);$0="davit-ports $id";chdir"/";
open STDIN,"<","/dev/null";open STDOUT,">","/dev/null";open STDERR,">","/dev/null";
sleep 1000000 while 1`.trim();
