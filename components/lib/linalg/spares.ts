/**
 * Room for blocks that wait for something in between, of which several may be under way on a thread: what one has given
 * back the next one takes, since new memory costs as much as filling it.
 */
export function spares<Room>(make: () => Room) {
  const free: Room[] = [];
  return {
    take: (): Room => free.pop() ?? make(),
    give: (room: Room): void => void free.push(room),
  };
}
