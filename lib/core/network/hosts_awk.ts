/**
 * The program that writes the hosts files of a namespace's containers, on the daemon's host: in
 * awk, which every Linux has.
 *
 * @module
 */

/**
 * Reads the `meta.json` files that it is given, of Davit and of nerdctl, and writes the `hosts` file
 * beside each: what others have put into it stays, as nerdctl leaves it, but for a region between
 * two marks. There are the container's extra hosts, and every container that it shares a network
 * with, by host name, name and aliases, alone and with the network's name behind.
 *
 * The files are written in place: they are mounted into containers.
 *
 * No single quotes in here.
 */
export const HOSTS_AWK: string = String.raw`
function ws(){sub(/^[ \t\r\n]+/,"",J)}
function str(m){if(!match(J,/^"([^"\\]|\\.)*"/)){J="";return ""}
m=substr(J,2,RLENGTH-2);J=substr(J,RLENGTH+1);gsub(/\\"/,"\"",m);return m}
function val(p,k,c,e){ws();c=substr(J,1,1)
if(c=="{"||c=="["){J=substr(J,2);e=c=="{"?"}":"]";k=0;ws()
while(J!=""&&substr(J,1,1)!=e){
if(c=="{"){k=str();ws();J=substr(J,2)}else k++
val(p SUBSEP k);ws();if(substr(J,1,1)==",")J=substr(J,2);ws()}
J=substr(J,2);return}
if(c=="\""){leaf(p,str());return}
if(!match(J,/^[^],} \t\r\n]+/)){J="";return}
leaf(p,substr(J,1,RLENGTH));J=substr(J,RLENGTH+1)}
function leaf(p,v,a,n){n=split(p,a,SUBSEP)
if(n==2){F[id,a[2]]=v;return}
if(n==3&&a[2]=="ExtraHosts"){X[id]=X[id] sprintf("%-15s %s\n",v,a[3]);return}
if(n==4&&a[2]=="Aliases"){L[id,a[3]]=L[id,a[3]] " " v;return}
if(n==6&&a[2]=="Networks"&&a[4]=="ips"&&a[6]=="address"){
sub(/\/.*/,"",v);if(v!=""){ips++;IP[ips]=v;OF[ips]=id;ON[ips]=a[3];IN[id,a[3]]=1}}}
function put(t,w){if(w==""||(" " t " ")~("[ ]" esc(w) "[ ]"))return t
return t=="" ? w : t " " w}
function esc(w){gsub(/[.]/,"[.]",w);return w}
function names(i,o,n,t,b,j,m,a){t=""
if(F[i,"Domainname"]!="")t=put(t,F[i,"Hostname"] "." F[i,"Domainname"])
b=F[i,"Hostname"] " " F[i,"Name"] L[i,n];m=split(b,a," ")
for(j=1;j<=m;j++){t=put(t,a[j]);if(n!="bridge")t=put(t,a[j] "." n)}
return t}
BEGIN{
for(q=1;q<ARGC;q++){f=ARGV[q];m=split(f,a,"/");id=a[m-1];ids[q]=id;J=""
while((getline x<f)>0)J=J x " ";close(f);val(id)}
for(q=1;q<ARGC;q++){id=ids[q];f=ARGV[q];sub(/meta[.]json$/,"hosts",f)
if((getline x<f)<0)continue
close(f);o="";s=0
while((getline x<f)>0){
if(x~/^[ \t]*#[ \t]*<nerdctl>/)s=1
if(!s&&x!~/^[ \t]*([;#]|$)/&&x!~/^[ \t]*(127[.]0[.]0[.]1|::1)[ \t]/)o=o x "\n"
if(x~/^[ \t]*#[ \t]*<\/nerdctl>/)s=0}
close(f)
o=o "# <nerdctl>\n127.0.0.1\tlocalhost localhost.localdomain\n::1\t\tlocalhost localhost.localdomain\n" X[id]
for(r=1;r<=ips;r++)if(IN[id,ON[r]]){t=names(OF[r],0,ON[r]);if(t!="")o=o sprintf("%-15s %s\n",IP[r],t)}
printf "%s# </nerdctl>\n",o>f;close(f)}
}`.trim();
