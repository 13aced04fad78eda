import { createHash } from 'node:crypto';

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
label{display:block;margin:.8rem 0 .2rem;font-weight:600}select,input,textarea,button{font:inherit;width:100%;box-sizing:border-box;padding:.4rem}
textarea,pre{font:14px/1.4 ui-monospace,monospace}textarea{height:14rem}button{width:auto;margin:1rem 0;padding:.4rem 2rem}
pre{background:#f4f4f4;padding:1rem;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}`;

const script = `const $=(id)=>document.getElementById(id);let spec;
const headers=()=>$('key').value?{authorization:'Bearer '+$('key').value}:{};
const load=async()=>{const r=await fetch('openapi.json',{headers:headers()});
if(!r.ok){$('answer').textContent=await r.text();return}
spec=await r.json();$('route').replaceChildren();
for(const [path,item] of Object.entries(spec.paths))for(const method of Object.keys(item)){
const o=document.createElement('option');o.value=method+' '+path;o.textContent=method.toUpperCase()+' '+path+' – '+item[method].summary;$('route').append(o)}
const first=[...$('route').options].find(o=>o.value.startsWith('post'));if(first)$('route').value=first.value;show()};
const chosen=()=>{const [method,path]=$('route').value.split(' ');return{method,path,what:spec.paths[path][method]}};
const show=()=>{const {method,what}=chosen();const c=what.requestBody?.content['application/json'];
$('body').disabled=method==='get';$('body').value=c?.example?JSON.stringify(c.example,null,1):''};
$('route').addEventListener('change',show);$('key').addEventListener('change',load);
$('send').addEventListener('click',async()=>{const {method,path}=chosen();const start=performance.now();
const r=await fetch('.'+path,method==='get'?{headers:headers()}:{method:'POST',headers:{...headers(),'content-type':'application/json'},body:$('body').value});
const t=await r.text();let shown=t;try{shown=JSON.stringify(JSON.parse(t),null,1)}catch{}
$('answer').textContent=r.status+' in '+(performance.now()-start).toFixed(1)+' ms\\n\\n'+shown});load();`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What the page may do: run its own script, and ask this server. */
export const pagePolicy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** `GET /docs`: one page to try every route; it loads nothing but `openapi.json`. */
export const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>toolbox serve</title><style>${style}</style><h1>toolbox serve</h1>
<p>Choose what to ask, change the example, send it. <a href="openapi.json">openapi.json</a> describes all of it.</p>
<label for="key">Key, where one is needed</label><input id="key" type="password" autocomplete="off">
<label for="route">Request</label><select id="route"></select>
<label for="body">Body</label><textarea id="body" spellcheck="false"></textarea>
<button id="send">Send</button><pre id="answer" aria-live="polite"></pre><script>${script}</script></html>
`;
