/**
 * The one table of problem codes: what each means, the exit status of a command that ends in it, and the HTTP
 * status where it reaches a request. 1: the run failed, 2: the command or file is wrong, 3: a gate said no.
 */
const code = (summary: string, exit: 1 | 2 | 3, http = exit === 1 ? 500 : 422) => ({ summary, exit, http });

export const codes = {
  // the text of a YAML file
  'yaml/syntax': code('The text is not YAML', 2),
  'yaml/tab': code('A tab stands where YAML wants spaces', 2),
  'yaml/duplicate-key': code('A key stands twice in one map', 2),
  'yaml/encoding': code('The file is not UTF-8 text', 2),
  'yaml/too-large': code('The file is larger or deeper than allowed', 2),
  'yaml/ambiguous': code('A value that YAML reads otherwise than it looks', 2),
  'yaml/merge-conflict': code('The file holds unresolved merge marks', 2),
  'yaml/unquoted-expression': code('An expression needs quotes', 2),
  // the pipeline
  'spec/unknown-key': code('A key that is not known here', 2),
  'spec/missing-key': code('A key that must be given', 2),
  'spec/type': code('A value of another type than the field takes', 2),
  'spec/value': code('A value that the field does not allow', 2),
  'spec/unit': code('A value without the unit it needs, or with a wrong one', 2),
  'spec/version': code('A file version that this engine does not read', 2),
  'spec/id': code('A step id that is not allowed', 2),
  'spec/unknown-component': code('No component of that name', 2),
  'spec/unknown-step': code('No step of that name', 2),
  'spec/unknown-port': code('No output or input of that name', 2),
  'spec/unknown-param': code('No parameter of that name', 2),
  'spec/unknown-environment': code('No environment of that name', 2),
  'spec/cycle': code('Steps that wait for each other', 2),
  'spec/kind': code('An output of another kind than the input takes', 2),
  'spec/column': code('A column that nothing makes', 2),
  'spec/expression': code('An expression that is wrong', 2),
  'spec/secret': code('A secret where none may stand', 2),
  'spec/path': code('A path outside the allowed folders', 2),
  'spec/leakage': code('Something that lets the test rows into training', 2),
  // the project and the command line
  'project/none': code('No project here', 2),
  'project/version': code('The project wants another engine version', 2),
  'project/invalid': code('toolbox.yaml is wrong', 2),
  'command/usage': code('The command line is wrong', 2),
  'command/not-found': code('What the command names is not there', 2),
  'file/missing': code('A file that is not there', 2),
  'file/unreadable': code('A file that cannot be read', 1),
  'file/changed': code('A result file was changed by someone since', 1),
  // data
  'data/format': code('A file that is not what it should be', 1),
  'data/ambiguous': code('A text that can be read in two ways', 2),
  'data/column': code('A column is missing or of the wrong type', 1),
  'data/rows': code('Too few rows, or none', 1),
  'data/values': code('Values that cannot be worked with', 1),
  'data/join': code('A join that matches nothing, or too much', 1),
  'data/contract': code('The data break their contract', 3),
  'data/memory': code('More memory than the limit', 1),
  'segy/format': code('A SEG-Y file that cannot be read as it stands', 1),
  // learning
  'learn/target': code('The target cannot be learned', 1),
  'learn/no-signal': code('A model no better than one on shuffled labels', 1),
  'learn/signature': code('Rows that do not fit the model', 1),
  'learn/contract': code('A transform that breaks its contract', 1),
  // the run
  'run/step-failed': code('A step failed', 1),
  'run/timeout': code('A step took longer than its limit', 1),
  'run/cancelled': code('The run was cancelled', 1),
  'run/gate': code('A gate said no', 3),
  'run/locked': code('Another process holds the lock', 1),
  'run/unlocked-change': code('The inputs differ from the locked ones', 2),
  'run/quota': code('The disk is full or a limit is reached', 1),
  'run/internal': code('A bug in the engine or a component', 1),
  // trust
  'audit/damaged': code('The log was changed', 1),
  'audit/unwritable': code('The log cannot be written', 1),
  'audit/key': code('The key that signs the log cannot be used', 1),
  'store/unwritable': code('The project folder cannot be written', 1),
  'store/damaged': code('A stored object differs from its digest', 1),
  'registry/none': code('No such model, version or alias', 2, 404),
  'registry/name': code('A name that no model may have', 2),
  'registry/conflict': code('The version exists with other content', 1, 409),
  'component/invalid': code('A component breaks its contract', 1),
  'component/process': code('A component of another program failed', 1),
  'secret/missing': code('A secret that is not set', 2),
} as const satisfies Record<string, ReturnType<typeof code>>;

export type Code = keyof typeof codes;
