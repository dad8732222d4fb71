import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';

/** A person types this fast; then the server is asked. Milliseconds. */
const PAUSE_MS = 250;

/** A field whose text is told of once the person pauses. It follows `value` when that is changed from elsewhere. */
export function SearchField(props: {
  label: string;
  placeholder: string;
  value: string;
  onSearch: (text: string) => void;
  icon?: boolean;
}) {
  const { label, placeholder, value, onSearch, icon = true } = props;
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback(onSearch, PAUSE_MS);
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      flex={1}
      miw={200}
      label={label}
      placeholder={placeholder}
      leftSection={icon && <IconSearch size={16} aria-hidden />}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        tell(currentTarget.value.trim());
      }}
    />
  );
}
