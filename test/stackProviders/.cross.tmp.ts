import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { conforming } from '/work/main/test/stackProviders/kubernetesObjects';
import { changed } from '/work/main/test/stackProviders/kubernetesSupport';
process.env.NODE_TLS_REJECT_UNAUTHORIZED='0';
const U='https://127.0.0.1:26443'; const H={authorization:'Bearer the-token','content-type':'application/json'};
async function call(m:string,p:string,b?:unknown){const r=await fetch(U+p,{method:m,headers:H,body:b===undefined?undefined:JSON.stringify(b)});const t=await r.text(); let body:any={}; try{body=JSON.parse(t)}catch{}; return {status:r.status,body};}
async function main(){
 await call('POST','/api/v1/namespaces',{metadata:{name:'factory-agents'}});
 for (const d of ['/root/go/pkg/mod/sigs.k8s.io/gateway-api@v1.4.1/config/crd/standard','/root/go/pkg/mod/github.com/kedacore/keda/v2@v2.21.0/config/crd/bases']) for(const f of readdirSync(d)) if(f.endsWith('.yaml')){const o=parse(readFileSync(join(d,f),'utf8')); if(o.kind==='CustomResourceDefinition'){const r=await call('POST','/apis/apiextensions.k8s.io/v1/customresourcedefinitions',o); if(r.status>=300&&r.status!==409)console.log('crd',f,r.body.message)}}
 await new Promise(r=>setTimeout(r,4000));
 await call('POST','/api/v1/namespaces/factory-agents/serviceaccounts',{metadata:{name:'agent-python'}});
 await call('POST','/apis/node.k8s.io/v1/runtimeclasses',{metadata:{name:'gvisor'},handler:'gvisor'});
 await call('POST','/apis/rbac.authorization.k8s.io/v1/namespaces/factory-agents/roles',{metadata:{name:'agent-python'},rules:[]});
 const plural:Record<string,{n:string,ns:boolean}>={};
 async function place(kind:string){ const [gv,k]=kind.split(':'); const g=gv!.startsWith('core/')?'/api/'+gv!.slice(5):'/apis/'+gv; if(!plural[kind]){const r=await call('GET',g); const e=(r.body.resources??[]).find((x:any)=>x.kind===k&&!x.name.includes('/')); if(!e) return undefined; plural[kind]={n:e.name,ns:e.namespaced};} return {g,...plural[kind]!}; }
 async function verdict(kind:string,obj:any){ const pl=await place(kind); if(!pl) return undefined; const [gv,k]=kind.split(':'); const o={apiVersion:gv!.startsWith('core/')?gv!.slice(5):gv,kind:k,...obj}; 
   const name=o.metadata?.name??'x'; const ns=pl.ns?'/namespaces/'+(o.metadata?.namespace??'factory-agents'):'';
   const r=await fetch(`${U}${pl.g}${ns}/${pl.n}?dryRun=All&fieldValidation=Strict`,{method:'POST',headers:H,body:JSON.stringify(o)}); const b=await r.json() as any; return {ok:r.status<300, message:b.message??''}; }
 console.log('--- conforming');
 for(const [k,o] of Object.entries(conforming)){ const v=await verdict(k,o); if(v===undefined) console.log('skip',k); else if(!v.ok && !/already exists/.test(v.message)) console.log('REFUSED',k,v.message.slice(0,400)); }
 console.log('--- faults accepted by the API server');
 const pod='spec.template.spec', c=pod+'.containers[0]'; let kind='';let n=0,bad=0;
 for(const raw of readFileSync('/work/main/test/stackProviders/kubernetesFaults.txt','utf8').split('\n')){ const line=raw.trim().replaceAll('{c}',c).replaceAll('{p}',pod); if(line.startsWith('@ ')) kind=line.slice(2); else if(line!==''&&!/^[;#]/.test(line)){ const [ch='' ]=line.split('  =>  '); const [,path='',val='']=/^(.*?) = (.*)$/.exec(ch)??[]; const v=val==='absent'?undefined:JSON.parse(val.replace(/"repeat:(.):(\d+)"/g,(_,l,t)=>JSON.stringify(l.repeat(+t)))); const r=await verdict(kind,changed(conforming[kind] as any,path,v)); n++; if(r===undefined) continue; if(r.ok){bad++;console.log('ACCEPTED',kind,path,'=',val.slice(0,80))} } }
 console.log(n,bad);
}
main();
