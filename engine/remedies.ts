import type { Code } from './codes.js';

/**
 * For each problem code how it usually comes about and what to do, as `toolbox explain CODE` and docs/problems.md show
 * it. A problem's own message and hint tell the case at hand; these tell the kind.
 */
export const remedies: { readonly [code in Code]: string } = {
  'yaml/syntax':
    'A bracket, quote or colon is missing, or a line is indented otherwise than its neighbours. The caret stands where reading stopped; the cause is often one line above. An editor with the schema of the first line shows it while you type.',
  'yaml/tab': 'YAML indents with spaces only. Let the editor write two spaces for the tab key.',
  'yaml/duplicate-key':
    'The same key stands twice in one map, often after copying a step. YAML would keep one of them without a word; rename or remove one.',
  'yaml/encoding':
    'The file has bytes that are not UTF-8, as older editors on Windows write umlauts. Save it as UTF-8; the hint shows how the line reads in Windows-1252.',
  'yaml/too-large':
    'A pipeline is text that people write: the limits on size and nesting stop files that would only exhaust the memory. Long lists belong in a data file, repeated steps in `foreach` or a sub-pipeline.',
  'yaml/ambiguous':
    'A plain value that YAML reads otherwise than it looks: `no` and `on` as words, a date, a number with a leading zero, a Windows path in double quotes. Write it as the hint shows.',
  'yaml/merge-conflict': 'Lines of `<<<<<<<`, `=======` and `>>>>>>>` are left from git. Resolve them first.',
  'yaml/unquoted-expression':
    'YAML would take the braces of `${{ … }}` for a map. Put the whole value in double quotes: `"${{ params.trees }}"`.',
  'spec/unknown-key':
    'A misspelt key, a key of another place, or the word of another tool. The hint names the nearest that is known; `toolbox components show NAME` lists the settings of a component.',
  'spec/missing-key': 'The key has no default, since any guess would be wrong for somebody. Give it.',
  'spec/type':
    'A text stands where a number belongs, a list where one value belongs, and so on. Quotes make a text of a number.',
  'spec/value': 'The value is outside what the field allows; the message gives the range or the words.',
  'spec/unit':
    'The field is a quantity, so that 4 is never read as seconds by one and as milliseconds by another. Write the unit: `4 ms`, `25 m`, `20%`.',
  'spec/version':
    'Begin the file with `version: 1`. A higher number was written for a newer engine: update it (`npm install ds-toolbox@latest`).',
  'spec/id':
    'Names of steps and parameters stand in expressions and addresses: lower-case letters, digits, `_` and `-`, a letter first, no word of the pipeline language.',
  'spec/unknown-component':
    'No component has that name; the hint gives the nearest. `toolbox components list` shows all; a component of your own must lie under a folder named in `components:` of toolbox.yaml.',
  'spec/unknown-step': 'An input, `needs` or an expression names a step that is not in the file.',
  'spec/unknown-port':
    'The step has no output, or the component no input, of that name. `toolbox components show NAME` shows its ports.',
  'spec/unknown-param': 'Declare the parameter under `params:`, or mend its name where it is used or set.',
  'spec/unknown-environment': '`--env` names an environment that neither the pipeline nor toolbox.yaml has.',
  'spec/cycle':
    'Each of these steps waits for the next. Cut the chain at the input that was meant otherwise.',
  'spec/kind':
    'A table stands where a model belongs, or the like. A step with several outputs is wired by name: `split.train`.',
  'spec/column':
    'No earlier step makes a column of that name. Names count as written, capitals and blanks too; `toolbox inspect FILE` lists those of a file.',
  'spec/expression':
    'Expressions are CEL with `params`, `steps`, `each`, `env` and `secrets`. The caret stands inside the expression; texts in it take single quotes.',
  'spec/secret':
    'A secret may go only into settings that ask for one, and never into a plain text, a file or a log. Write `"${{ secrets.NAME }}"`; `toolbox doctor` says where secrets come from.',
  'spec/path':
    'A project reads only below its own folder and the `roots:` of toolbox.yaml, so that a pipeline of somebody else cannot read your home. Add the folder to `roots:`, or give the file on the command line with `--set`, which says that you want it.',
  'spec/leakage':
    'A lag of zero, a window over the value itself or an index before its publication date would give the model what nobody knew by then. Lag it, or say when the index was published.',
  'leak/learned-before-split':
    'What is learned from test rows lifts the score above what new rows will give. Move the step into `prep:` of the model, where it learns from training rows only.',
  'leak/target-in-features':
    'A column made from the target goes into the features, and will not be there when it is to be predicted. Drop it, or make it after the prediction.',
  'leak/random-order':
    'Neighbours in time or depth are alike, so a random cut tests on rows nearly seen in training. Cut by time, or hold out the last part.',
  'leak/random-space':
    'Neighbours in space are alike, so a random cut tests on rows nearly seen in training. Cut by blocks, with a buffer.',
  'leak/random-groups':
    'Rows of one group (customer, well, part) fall on both sides. Cut by group, so that the score tells of groups never seen.',
  'leak/trained-on-test': 'Take the training side of the split for the model: `in: split.train`.',
  'leak/trained-beside-split':
    'The model is trained on rows that did not go through the split by which it is scored. Train it on `split.train`, or say why this is right.',
  'leak/tested-on-training': 'Score on the rows held out: `data: split.test`.',
  'leak/duplicate-rows':
    'The same rows stand on both sides, so part of the test is a question whose answer was seen. Remove doubles before the split, or keep them together as a group.',
  'leak/telling-feature':
    'One feature alone nearly gives the target away. It may be the target under another name, or known only afterwards. Ask where it comes from; drop it if it is not there when you predict.',
  'project/none':
    'A project is the nearest folder with a toolbox.yaml. Go into it, or make one with `toolbox new`.',
  'project/version':
    'toolbox.yaml pins the engine. Install that version, or change `engine:` and run the tests.',
  'project/invalid': 'A key or value of toolbox.yaml is wrong; nothing is run before it is mended.',
  'command/usage': 'Options or arguments do not fit. `toolbox COMMAND --help` shows them with examples.',
  'command/not-found':
    'The pipeline, run, step or figure that the command names is not there; the hint gives the nearest.',
  'file/missing':
    'The path is taken from the project folder, not from where you stand; blanks and umlauts need quotes. A file that an earlier step saves is there only after that step.',
  'file/unreadable':
    'The file is there, but cannot be read: rights, a folder in its place, or another program still writing it.',
  'file/changed':
    'A file at the place of a result is not as a run wrote it, so it is not overwritten without a word. Move it, or say `--force`.',
  'data/format':
    'The bytes are not what the name or the setting says: a workbook named .csv, a page of HTML for a download that failed. `toolbox inspect FILE` shows what was found.',
  'data/ambiguous':
    'A value reads in two ways (`1.234`, `03/04/2024`), and a guess would be wrong for half of all people. Say it in `with:`: the hint has the lines to copy.',
  'data/column':
    'A column is missing or of another type than the step needs. Columns, their types and roles are said where the data come in.',
  'data/rows':
    'Too few rows are left to do this honestly: look at what was set aside before, and at filters and joins.',
  'data/values':
    'Missing, infinite or impossible values. The message counts them and names the first; drop, fill or mend them in a step before.',
  'data/join':
    'No or too many rows found a partner. Compare the first keys that the message shows: leading zeros, capitals, numbers as texts, a key that stands twice.',
  'data/contract':
    'The data break a rule of their contract, so the run stopped before anything was learned from them (exit status 3). The report lists each rule with the rows; mend the data, or change the contract and say why.',
  'segy/format':
    'The file is not SEG-Y, is cut off, or its headers are wrong. `toolbox segy inspect FILE` shows the headers, `toolbox segy doctor FILE` finds the settings that open it.',
  'learn/target':
    'One value throughout, as many classes as rows, or a number that could be a class: say `task: classify` or `task: regress`, and check that it is the right column.',
  'learn/no-signal':
    'On shuffled labels the model does as well, so what it learned is chance. More rows, other features, or the question has no answer in these data.',
  'learn/signature':
    'The rows do not have the columns or types that the model was trained on, or the model was made by another engine. `toolbox models show NAME` prints the signature.',
  'learn/contract': 'A bug in a component: a transform must hand back the same rows in the same order.',
  'run/timeout':
    'The step took longer than its `timeout:`. What was finished is kept; raise it or give it less to do.',
  'run/cancelled':
    'The run was ended by Ctrl-C or a signal. What was finished is kept; run again to go on from there.',
  'test/failed':
    'What a pipeline gave is not what its test expects. `toolbox test --record` takes the new result where it is the right one.',
  'run/gate':
    'The condition under `require:` does not hold (exit status 3). The message shows the values that it was judged by.',
  'run/locked': 'Another process works in the same place. It ends by itself; the message names it.',
  'run/unlocked-change':
    '`--locked` runs only what the lock file has: inputs, pipeline, components and engine. Run with `--lock` to take the change in.',
  'run/quota':
    'The disk is full or a limit is reached. `toolbox clean` frees what no run needs; run again, and what was finished is kept.',
  'run/internal': 'A bug, not your mistake. Please report it with the lines printed and `toolbox doctor`.',
  'audit/damaged':
    'The log differs from what was signed. `toolbox audit verify` names file and line; compare with a copy or a head kept elsewhere.',
  'audit/unwritable': 'No run begins that cannot be logged. Make the folder writable, or free some space.',
  'audit/key':
    'The signing key is missing or no Ed25519 key. TOOLBOX_AUDIT_KEY may hold one: PEM, or 32 random bytes in base64.',
  'store/unwritable': 'The user who runs it must be able to write the project folder.',
  'store/damaged':
    'A stored result differs from its digest: a fault of the disk, or somebody changed it. Run the step again with `--force`.',
  'registry/none':
    'No model, version or alias of that name; `toolbox models` lists them. Models of other projects are taken in with `toolbox models import`.',
  'registry/name':
    'A model is called by lower-case letters, digits and hyphens, as it stands in paths and addresses.',
  'registry/conflict':
    'A version never changes, and a production model does not vanish by accident. The hint says what moves are possible.',
  'request/json': 'Send JSON (RFC 8259): no NaN, no trailing comma, double quotes.',
  'request/empty': 'Send at least one row or trace.',
  'request/shape':
    'The body has other keys or sizes than the route takes; `/openapi.json` describes it, `/docs` lets you try.',
  'request/rows': 'Some rows do not fit the signature; the answer lists each with its number and reason.',
  'request/values': 'A value that the model cannot work with: infinite, of another type, or an unknown unit.',
  'request/path': 'Batch jobs read and write only below the roots of the project.',
  'request/too-large':
    'Send fewer rows a request, or a batch job; the limit is an option of `toolbox serve`.',
  'request/media': 'Send `Content-Type: application/json`.',
  'request/headers': 'Too many or too long headers; a proxy may add them.',
  'request/slow': 'The request did not arrive in time; the connection was closed to keep the server free.',
  'request/not-found': 'Nothing at this address; `GET /` lists the routes.',
  'request/method': 'The address takes another method; the `Allow` header names it.',
  'request/refused': 'The bytes are not HTTP/1.1 as the standard has it.',
  'request/scope': 'The key is valid, but not for this; `toolbox keys` shows what it allows.',
  'request/rate': 'Wait as long as `Retry-After` says, or give the key a higher rate.',
  'serve/no-model':
    'The server runs, but has no model to answer with: the alias is empty, or the version could not be loaded. `/health` says which.',
  'serve/busy': 'Too much waits already. Ask again later, send smaller requests, or start another server.',
  'serve/stopping': 'The server finishes what it has and takes nothing new. Ask the next one.',
  'serve/address': 'The port is taken, or the address can be reached from elsewhere while nobody has a key.',
  'access/key': 'Send a valid key as `Authorization: Bearer KEY`; `toolbox keys create` makes one.',
  'component/invalid': 'A component of your own breaks the contract; docs/adding-a-component.md has it.',
  'component/process':
    'A program that is a component ended with an error or wrote something else than agreed; its last lines are shown.',
};
