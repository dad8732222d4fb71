import { type GraphiQLPlugin, pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useState } from 'react';

/** The pane that lists the operations of schema/examples.graphql; a click opens one in a tab, ready to run. */
export const EXAMPLES_PLUGIN: GraphiQLPlugin = {
  title: 'Examples',
  icon: ExamplesIcon,
  content: ExamplesPane,
};

/** What the server reads out of schema/examples.graphql (readExamples.ts). */
interface Example {
  name: string;
  kind: string;
  description: string;
  query: string;
  variables: string;
}

function ExamplesPane() {
  const { examples, failure } = useExamples();
  const open = useOpenInTab();

  return (
    <section aria-label="Examples" className="examples">
      <h2>Examples</h2>
      {failure && <p role="alert">{failure}</p>}
      <ul>
        {examples.map((example) => (
          <li key={example.name}>
            <button type="button" onClick={() => open(example)}>
              <span className={`examples-kind examples-${example.kind}`}>{example.kind}</span>
              <strong>{example.name}</strong>
              {example.description && <small>{example.description}</small>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useExamples(): { examples: Example[]; failure: string } {
  const [examples, setExamples] = useState<Example[]>([]);
  const [failure, setFailure] = useState('');
  useEffect(() => {
    fetch('/graphql/explorer/examples')
      .then(async (answer) => setExamples((await answer.json()) as Example[]))
      .catch(() => setFailure('The examples could not be loaded. Reload the page to try again.'));
  }, []);
  return { examples, failure };
}

/** Opens the example's own tab again if it is there unchanged, else a new one with the same headers. */
function useOpenInTab(): (example: Example) => void {
  const { addTab, changeTab } = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor, headerEditor } = useGraphiQL(
    pick('tabs', 'queryEditor', 'variableEditor', 'headerEditor'),
  );

  return ({ query, variables }) => {
    const existing = tabs.findIndex((tab) => tab.query === query);
    if (existing >= 0) return changeTab(existing);

    const headers = headerEditor?.getValue() ?? '';
    if (queryEditor?.getValue().trim()) addTab();
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
    headerEditor?.setValue(headers);
  };
}

function ExamplesIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 5.5A1.5 1.5 0 0 1 5.5 4H12v16H5.5A1.5 1.5 0 0 1 4 18.5zM12 4h6.5A1.5 1.5 0 0 1 20 5.5v13a1.5 1.5 0 0 1-1.5 1.5H12M15 8.5h2M15 12h2M7 8.5h2M7 12h2" />
    </svg>
  );
}
