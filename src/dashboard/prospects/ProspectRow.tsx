import { Badge, Text, UnstyledButton } from '@mantine/core';
import { PROSPECTS } from '../texts/prospects';
import classes from './ProspectRow.module.css';
import type { ProspectFactsFragment } from './prospects.generated';
import { sayName } from './sayName';

/** As many tags as stand in a row; the card has all. */
const TAGS_SHOWN = 3;

/** A person in the list: a button that opens their card. */
export function ProspectRow({ prospect, onOpen }: { prospect: ProspectFactsFragment; onOpen: () => void }) {
  const { email, company, tags, suppression } = prospect;
  const name = sayName(prospect);
  return (
    <UnstyledButton className={classes['row']} onClick={onOpen}>
      <span style={{ minWidth: 0 }}>
        <Text span display="block" fw={550} truncate>
          {name}
        </Text>
        {name !== email && (
          <Text span display="block" size="sm" c="dimmed" truncate>
            {email}
          </Text>
        )}
      </span>
      <Text span size="sm" truncate>
        {company}
      </Text>
      {(suppression || tags.length > 0) && (
        <span className={classes['marks']}>
          {suppression && <Badge color="red">{PROSPECTS.suppressed}</Badge>}
          {tags.slice(0, TAGS_SHOWN).map((tag) => (
            <Badge key={tag} color="gray">
              {tag}
            </Badge>
          ))}
          {tags.length > TAGS_SHOWN && <Badge color="gray">+{tags.length - TAGS_SHOWN}</Badge>}
        </span>
      )}
    </UnstyledButton>
  );
}
