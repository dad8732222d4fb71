import { signUp, type TestPerson } from '../support/people';
import { furnish, nameWorkspace } from './furnish';
import { furnishCampaigns } from './furnishCampaigns';
import type { Scene } from './scenes';
import { openStage } from './stage';
import type { Visitor } from './visitor';

/** The dashboard with everybody that the scenes are seen by. */
export interface Scenes {
  /** Opens a scene in a browser of its own. */
  show(scene: Scene): Promise<Visitor>;
  close(): Promise<void>;
}

export async function openScenes(): Promise<Scenes> {
  const stage = await openStage({ SUPPORT_URL: 'mailto:support@connectionsphere.example' });
  const owner = await furnish(stage); // the first of the installation, and so its operator
  await furnishCampaigns(stage, owner);
  const people: Record<Scene['as'], TestPerson | undefined> = {
    stranger: undefined,
    owner,
    newcomer: await nameWorkspace(await signUp(stage.url, 'ben@contoso.example'), 'Contoso'),
  };
  return {
    async show({ path, as, show }) {
      const visitor = await stage.visit(path, { token: people[as]?.token });
      await show(visitor.page);
      return visitor;
    },
    close: () => stage.close(),
  };
}
