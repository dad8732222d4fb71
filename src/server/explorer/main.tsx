import '@graphiql/react/font/roboto.css';
import '@graphiql/react/font/fira-code.css';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './style.css';
import 'graphiql/setup-workers/vite';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { EXAMPLES_PLUGIN } from './ExamplesPane';
import { fetcher } from './fetcher';
import { SignInBar } from './SignInBar';

// In short lines, since the editor does not wrap and stands in a third of the window.
const WELCOME = `# Pick an operation on the left,
# or write your own here.
#
# Ctrl-Space completes, Ctrl-Enter runs.
# A subscription stays open until you
# stop it.
#
# Sign in above, or put a token into
# Headers below:
# { "Authorization": "Bearer ..." }

query WhoAmI {
  viewer {
    email
    workspace {
      name
    }
  }
}
`;

const PLUGINS = [EXAMPLES_PLUGIN, HISTORY_PLUGIN];

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <>
      <SignInBar />
      <GraphiQL
        fetcher={fetcher}
        plugins={PLUGINS}
        visiblePlugin={EXAMPLES_PLUGIN}
        defaultQuery={WELCOME}
        defaultEditorToolsVisibility
        inputValueDeprecation
        schemaDescription
      >
        <GraphiQL.Logo>{null}</GraphiQL.Logo>
      </GraphiQL>
    </>,
  );
}
