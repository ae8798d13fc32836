/** A member of a `DenseSet`: it remembers where it lies. `place` belongs to the set. */
export interface Placed {
  place: number;
}

/**
 * A set with the memory and the iteration speed of an array, whose members can leave at any time.
 *
 *     members  [ a ][ b ][ c ][ d ]      delete(b)      [ a ][ d ][ c ]
 *     place      0    1    2    3        ───────▶         0    1    2
 *
 * The last member takes the place of one that leaves, so both adding and deleting cost the same however large the
 * set is; the order of the members is not kept. A member can be in one `DenseSet` at a time.
 */
export class DenseSet<T extends Placed> {
  readonly members: T[] = [];

  get size(): number {
    return this.members.length;
  }

  /** Adds a member that is in no set yet. */
  add(member: T): void {
    member.place = this.members.length;
    this.members.push(member);
  }

  /** Removes a member that is in this set. */
  delete(member: T): void {
    const last = this.members.pop()!;
    if (last === member) return;
    this.members[member.place] = last;
    last.place = member.place;
  }
}
