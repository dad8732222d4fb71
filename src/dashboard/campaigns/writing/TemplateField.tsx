import { Group, Input, Textarea } from '@mantine/core';
import { useId, useRef } from 'react';
import { WRITING } from '../../texts/campaignWriting';
import type { Problem } from './draft';
import { InsertMenu } from './InsertMenu';
import classes from './TemplateField.module.css';

/** A template to write: variables are inserted where the cursor stands, and a problem is marked in its line. */
export function TemplateField(props: {
  label: string;
  placeholder?: string | undefined;
  value: string;
  onChange: (value: string) => void;
  minRows?: number;
  attributes: readonly string[];
  problem: Problem | null;
}) {
  const { label, placeholder, value, onChange, minRows = 1, attributes, problem } = props;
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const insert = (snippet: string) => {
    const element = field.current;
    if (!element) return;
    const { selectionStart, selectionEnd } = element;
    onChange(value.slice(0, selectionStart) + snippet + value.slice(selectionEnd));
    // After React has written the new value, which puts the cursor at its end.
    requestAnimationFrame(() => {
      const cursor = selectionStart + snippet.length;
      element.focus();
      element.setSelectionRange(cursor, cursor);
    });
  };
  return (
    <div>
      <Group justify="space-between" pb={4}>
        <Input.Label htmlFor={id}>{label}</Input.Label>
        <InsertMenu field={label} attributes={attributes} onInsert={insert} />
      </Group>
      <div className={classes['field']}>
        {problem?.line && <Mark value={value} line={problem.line} />}
        <Textarea
          id={id}
          ref={field}
          placeholder={placeholder}
          dir="auto"
          autosize
          minRows={minRows}
          spellCheck
          classNames={{ input: classes['input'] ?? '' }}
          value={value}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
          error={problem && sayProblem(problem)}
        />
      </div>
    </div>
  );
}

/** Stands behind the text, with the same words in the same lines as far as the one whose ground it colours. */
function Mark({ value, line }: { value: string; line: number }) {
  const lines = value.split('\n').map((words) => words || EMPTY_LINE);
  return (
    <div className={classes['marks']} aria-hidden>
      {lines.slice(0, line - 1).join('\n')}
      <div data-wrong>{lines[line - 1]}</div>
    </div>
  );
}

/** A space without width, which makes a line as high as any other. */
const EMPTY_LINE = '\u200b';

function sayProblem({ line, message }: Problem): string {
  return line === null ? message : `${WRITING.emails.line(line)}: ${message}`;
}
