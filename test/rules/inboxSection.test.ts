import {
  append,
  type Page,
  type Row,
  renewTop,
  type Section,
  UNKNOWN,
} from '../../src/dashboard/inbox/section';

const row = (minute: number, change: Partial<Row> = {}): Row => ({
  id: `c${minute}`,
  subject: '',
  snippet: '',
  unread: true,
  lastMessageAt: `2026-11-23T09:${String(minute).padStart(2, '0')}:00.000Z`,
  prospect: null,
  slot: null,
  campaign: null,
  ...change,
});

const page = (minutes: readonly number[], next: string | null, total?: number): Page => ({
  rows: minutes.map((minute) => row(minute)),
  next,
  total,
});

const idsOf = ({ rows }: Section) => rows.map(({ id }) => id).join(' ');
const nobody = () => false;

/** Six of eight are loaded, in two pages. */
const loaded = append(
  renewTop(UNKNOWN, page([38, 37, 36], 'after 36', 8), nobody),
  page([35, 34, 33], 'after 33'),
);

test('a first page that joins on keeps what is loaded below it, and where its end is', () => {
  const section = renewTop(loaded, page([39, 38, 37], 'after 37', 9), nobody);
  expect(idsOf(section)).toBe('c39 c38 c37 c36 c35 c34 c33');
  expect(section).toMatchObject({ next: 'after 33', total: 9 });
});

test('a conversation that moved up from the depth stands only at its new place', () => {
  const moved = { ...page([38, 37], 'after 37', 8), rows: [row(39, { id: 'c34' }), row(38), row(37)] };
  expect(idsOf(renewTop(loaded, moved, nobody))).toBe('c34 c38 c37 c36 c35 c33');
});

test('what lies below a gap is forgotten, and loaded again', () => {
  const section = renewTop(loaded, page([50, 49, 48], 'after 48', 20), nobody);
  expect(section).toMatchObject({ next: 'after 48', total: 20 });
  expect(idsOf(section)).toBe('c50 c49 c48');
});

test('what was read before the reader’s eyes stays in its place among the unread', () => {
  const known = {
    ...loaded,
    rows: loaded.rows.map((each) => (each.id === 'c37' ? { ...each, unread: false } : each)),
  };
  const section = renewTop(known, page([38, 36, 35], 'after 35', 7), (each) => !each.unread);
  expect(idsOf(section)).toBe('c38 c37 c36 c35 c34 c33');
  expect(section.total).toBe(8);
});

test('a page is appended once, and the end of all tells how many there are', () => {
  const section = append(append(loaded, page([33, 32], null)), page([], null));
  expect(idsOf(section)).toBe('c38 c37 c36 c35 c34 c33 c32');
  expect(section).toMatchObject({ next: null, total: 7 });
});
