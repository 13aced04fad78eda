/** What a table has under a name that somebody wrote: never what every object has, `constructor` say. */
export const own = <T>(table: { readonly [name: string]: T } | undefined, name: string): T | undefined =>
  table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
