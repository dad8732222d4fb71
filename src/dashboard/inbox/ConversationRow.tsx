import { VisuallyHidden } from '@mantine/core';
import type { Ref } from 'react';
import { Link } from 'wouter';
import { sayName } from '../prospects/sayName';
import { INBOX } from '../texts/inbox';
import { sayBriefly, sayMoment } from '../time/sayTime';
import classes from './ConversationList.module.css';
import type { Row } from './section';

/** One conversation in the list: who, what about, and the newest words. In plain elements, since each frame of scrolling draws many. */
export function ConversationRow(props: {
  row: Row;
  href: string;
  isOpen: boolean;
  /** The one that Tab comes to. */
  isCursor: boolean;
  onFocus: () => void;
  anchorRef: Ref<HTMLAnchorElement>;
}) {
  const { row, href, isOpen, isCursor, onFocus, anchorRef } = props;
  return (
    <Link
      href={href}
      ref={anchorRef}
      data-id={row.id}
      className={classes['row']}
      data-unread={row.unread || undefined}
      aria-current={isOpen ? 'page' : undefined}
      tabIndex={isCursor ? 0 : -1}
      onFocus={onFocus}
    >
      <span className={classes['line']}>
        <span className={classes['who']}>
          {row.unread && <VisuallyHidden>{INBOX.unread} </VisuallyHidden>}
          <bdi>{nameOf(row.prospect)}</bdi>
          {row.prospect?.company && (
            <span className={classes['company']}>
              {' '}
              · <bdi>{row.prospect.company}</bdi>
            </span>
          )}
        </span>
        <time className="figures" dateTime={row.lastMessageAt} title={sayMoment(row.lastMessageAt)}>
          {sayBriefly(row.lastMessageAt)}
        </time>
      </span>
      <span className={classes['subject']} dir="auto">
        {row.subject || INBOX.noSubject}
      </span>
      <span className={classes['snippet']} dir="auto">
        {row.snippet}
      </span>
    </Link>
  );
}

/** As one would speak of them. */
export function nameOf(prospect: Row['prospect']): string {
  return prospect ? sayName(prospect) : INBOX.nobody;
}
