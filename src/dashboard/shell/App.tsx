import { Notifications } from '@mantine/notifications';
import { Redirect, Route, Router, Switch } from 'wouter';
import { InvitationPage } from '../account/InvitationPage';
import { Session } from '../account/Session';
import { SignInPage } from '../account/SignInPage';
import { SignUpPage } from '../account/SignUpPage';
import { ApiProvider } from '../api/ApiProvider';
import { ReplyFeed } from '../api/ReplyFeed';
import { Unread } from '../inbox/Unread';
import { Pages } from './Pages';
import { Shell } from './Shell';

/** The dashboard: the forms at the door for strangers, and everything else for whoever is signed in. */
export function App() {
  return (
    <Router base="/app">
      <Notifications position="bottom-right" />
      <ApiProvider>
        <Session stranger={<Door />}>
          <ReplyFeed>
            <Unread>
              <Shell>
                <Pages />
              </Shell>
            </Unread>
          </ReplyFeed>
        </Session>
      </ApiProvider>
    </Router>
  );
}

/** Whoever signs in at another address comes to the page that it names. */
function Door() {
  return (
    <Switch>
      <Route path="/sign-up" component={SignUpPage} />
      <Route path="/invitation" component={InvitationPage} />
      <Route path="/sign-in">
        <Redirect to="/" replace />
      </Route>
      <Route component={SignInPage} />
    </Switch>
  );
}
