import { Group, PasswordInput, Text } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { GMAIL } from '../texts/gmail';
import classes from './AppPasswordField.module.css';
import { LETTERS, readAppPassword } from './appPassword';

const PLACES = Array.from({ length: LETTERS }, (_, place) => place);

/** The field for the 16 letters: it takes them with Google's spaces, and shows how many are there as they come. */
export function AppPasswordField({ typed, ...props }: GetInputPropsReturnType & { typed: string }) {
  const { letters, isForeign, isComplete } = readAppPassword(typed);
  const isWrong = isForeign || letters.length > LETTERS;
  return (
    <div>
      <PasswordInput
        label={GMAIL.connect.password}
        description={GMAIL.connect.passwordLead}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        classNames={{ innerInput: classes['input'] ?? '' }}
        {...props}
        error={isForeign ? GMAIL.connect.foreign : props.error}
      />
      <Group gap="xs" mt={8} wrap="nowrap" justify="space-between">
        <div className={classes['letters']} aria-hidden>
          {PLACES.map((place) => (
            <span
              key={place}
              className={classes['letter']}
              data-filled={place < letters.length || undefined}
              data-state={isWrong ? 'wrong' : isComplete ? 'complete' : undefined}
            />
          ))}
        </div>
        <Text size="xs" c="dimmed" className="figures" role="status">
          {!isForeign && sayCount(letters.length)}
        </Text>
      </Group>
    </div>
  );
}

function sayCount(count: number): string {
  if (count > LETTERS) return GMAIL.connect.tooLong;
  return count === LETTERS ? GMAIL.connect.complete : GMAIL.connect.letters(count);
}
