import { type ConnectionState, connectionMoves } from '../../src/slots/connectionState';

const STATES = Object.keys(connectionMoves) as ConnectionState[];

test.each(STATES)('%s can be reached from another state, and left', (state) => {
  const reachedFrom = STATES.filter(
    (from) => from !== state && (connectionMoves[from] as readonly ConnectionState[]).includes(state),
  );
  expect(reachedFrom).not.toEqual([]);
  expect(connectionMoves[state]).not.toEqual([]);
});

test('no state leads to itself: that would be no move', () => {
  for (const state of STATES) expect(connectionMoves[state]).not.toContain(state);
});
