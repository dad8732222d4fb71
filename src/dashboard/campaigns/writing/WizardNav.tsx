import { IconAlertCircle } from '@tabler/icons-react';
import { Link } from 'wouter';
import { WRITING } from '../../texts/campaignWriting';
import { PARTS, type PartName } from './parts';
import classes from './WizardNav.module.css';

/** The way through the wizard: every part can be gone to at any time; what needs mending is marked. */
export function WizardNav(props: { campaignId: string; current: PartName; wrong: ReadonlySet<PartName> }) {
  const { campaignId, current, wrong } = props;
  return (
    <nav aria-label={WRITING.nav}>
      <ol className={classes['list']}>
        {PARTS.map((part, index) => (
          <li key={part} className={classes['item']}>
            <Link
              href={`/campaigns/${campaignId}/edit/${part}`}
              className={classes['link'] ?? ''}
              aria-current={part === current ? 'step' : undefined}
            >
              <span className={classes['number']} data-wrong={wrong.has(part) || undefined}>
                {wrong.has(part) ? (
                  <IconAlertCircle size={16} role="img" aria-label={WRITING.needsYou} />
                ) : (
                  index + 1
                )}
              </span>
              <span className={classes['label']}>{WRITING.pages[part]}</span>
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}
