import type { ReactNode } from 'react';
import classes from './Rows.module.css';

/** Things of one kind below each other, with a line between them. */
export function Rows<Item>(props: {
  items: readonly Item[];
  keyOf: (item: Item) => string;
  children: (item: Item) => ReactNode;
}) {
  return (
    <ul className={classes['rows']}>
      {props.items.map((item) => (
        <li key={props.keyOf(item)} className={classes['row']}>
          {props.children(item)}
        </li>
      ))}
    </ul>
  );
}
