import { ValidateBy } from 'class-validator';
import { isTimezone } from '../lib/timezone';
import { PASSWORD_LENGTH } from './password';

/** For arguments and inputs: a name of something, in one line, that can be seen. */
export function IsName(): PropertyDecorator {
  return accept('isName', 'must have 1 to 200 characters in one line', (text) =>
    /^(?=.*\S)[^\p{Cc}\u2028\u2029]{1,200}$/u.test(text),
  );
}

/** For arguments and inputs: a new password. Its length counts characters, whatever their alphabet. */
export function IsPassword(): PropertyDecorator {
  const { min, max } = PASSWORD_LENGTH;
  return accept('isPassword', `must have ${min} to ${max} characters`, (text) => {
    const { length } = [...text];
    return length >= min && length <= max;
  });
}

/** For arguments and inputs: a name of the IANA database. */
export function IsTimezone(): PropertyDecorator {
  return accept('isTimezone', 'must be a timezone of the IANA database, such as Europe/Berlin', isTimezone);
}

/** Several lines are fine, control characters are not: PostgreSQL cannot keep NUL. */
export function IsText(max: number): PropertyDecorator {
  return accept(
    'isText',
    `must have at most ${max} characters, and no control characters`,
    (text) => text.length <= max && !/[^\P{Cc}\t\r\n]/u.test(text),
  );
}

function accept(name: string, message: string, check: (text: string) => boolean): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value: unknown) => typeof value === 'string' && check(value),
      defaultMessage: () => message,
    },
  });
}
