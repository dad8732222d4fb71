/** Hands out what ranks lowest, of equals what came first, and takes in more at any time: in O(log n). */
export class Heap<Item> {
  /** The children of `i` are `2i + 1` and `2i + 2`, and come after it. */
  private readonly entries: Entry<Item>[] = [];
  private taken = 0;

  peek(): Item | undefined {
    return this.entries[0]?.item;
  }

  push(rank: number, item: Item): void {
    const entry = { rank, order: this.taken, item };
    this.taken += 1;
    let place = this.entries.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.entries[parent];
      if (above === undefined || !comesBefore(entry, above)) break;
      this.entries[place] = above;
      place = parent;
    }
    this.entries[place] = entry;
  }

  pop(): Item | undefined {
    const [first] = this.entries;
    const last = this.entries.pop();
    if (last && this.entries.length > 0) this.sink(last);
    return first?.item;
  }

  private sink(entry: Entry<Item>): void {
    let place = 0;
    for (;;) {
      const child = this.firstChild(place);
      const below = this.entries[child];
      if (below === undefined || !comesBefore(below, entry)) break;
      this.entries[place] = below;
      place = child;
    }
    this.entries[place] = entry;
  }

  private firstChild(place: number): number {
    const left = 2 * place + 1;
    const [one, other] = [this.entries[left], this.entries[left + 1]];
    return one && other && comesBefore(other, one) ? left + 1 : left;
  }
}

interface Entry<Item> {
  rank: number;
  order: number;
  item: Item;
}

function comesBefore(one: Entry<unknown>, other: Entry<unknown>): boolean {
  return one.rank < other.rank || (one.rank === other.rank && one.order < other.order);
}
