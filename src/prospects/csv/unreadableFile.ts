/** The file as a whole cannot be taken in. The message is for the person who sent it. */
export class UnreadableFile extends Error {
  override name = 'UnreadableFile';
}
