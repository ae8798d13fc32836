/**
 * Unchanged rounds after which a loop is taken to wait. As few as there can be: the readers of most scenarios poll. Entries
 * whose code looks at one word more often, and then goes on, have more.
 */
export const POLLING_ROUNDS = 2;
