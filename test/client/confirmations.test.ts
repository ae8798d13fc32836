import { expect, test } from 'vitest';
import { Confirmations } from '#src/client/confirmations.js';

test('a publisher that rested while others published 2^31 messages waits for nothing', async () => {
  const confirmations = new Confirmations();
  const rested = { exchange: 'x' };
  confirmations.published(rested);
  expect(confirmations.settled(rested)).toBe(false);
  // As the router's numbers go on: they are int32s, and wrap.
  for (const last of [1, 2 ** 30, 2 ** 31 - 1, -(2 ** 31), -(2 ** 30), -1]) {
    confirmations.confirmed(last);
    expect(confirmations.settled(rested), `after ${last}`).toBe(true);
    await confirmations.all(rested);
  }
});

test('refused ranges count for whose they are, also where they reach over several publishers', async () => {
  const confirmations = new Confirmations();
  const [a, b] = [{ exchange: 'a' }, { exchange: 'b' }];
  for (const publisher of [a, a, b, a, b, b, a]) confirmations.published(publisher);
  confirmations.refused(2, 5);
  confirmations.refused(7, 7);
  confirmations.confirmed(7);
  await expect(confirmations.all(a)).rejects.toMatchObject({ messages: 3 });
  await expect(confirmations.all(b)).rejects.toMatchObject({ messages: 2 });
  expect(confirmations.unconfirmed).toBe(0);
});
