import { Link, useLocation } from 'wouter';
import classes from './SubNavigation.module.css';

/** The parts of a page, each with an address of its own. */
export function SubNavigation(props: { label: string; parts: readonly { href: string; title: string }[] }) {
  const [path] = useLocation();
  const current = props.parts.filter(({ href }) => path === href || path.startsWith(`${href}/`)).at(-1);
  return (
    <nav className={classes['nav']} aria-label={props.label}>
      {props.parts.map((part) => (
        <Link
          key={part.href}
          href={part.href}
          className={classes['link']}
          aria-current={part === current ? 'page' : undefined}
        >
          {part.title}
        </Link>
      ))}
    </nav>
  );
}
