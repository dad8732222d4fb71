import { newKey } from '../api/newKey';

/** An answer that is being written, and the idempotency key that it will be sent with. */
export interface Draft {
  text: string;
  key: string;
}

/** What is begun in one conversation is still there when one comes back from another; not after a reload. */
export class Drafts {
  private readonly drafts = new Map<string, Draft>();

  read(conversationId: string): Draft {
    return this.drafts.get(conversationId) ?? { text: '', key: newKey() };
  }

  /** Other words are another answer, with a key of its own. */
  write(conversationId: string, text: string): Draft {
    const draft = { text, key: newKey() };
    this.drafts.set(conversationId, draft);
    return draft;
  }

  discard(conversationId: string): Draft {
    this.drafts.delete(conversationId);
    return this.read(conversationId);
  }
}
