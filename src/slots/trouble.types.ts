import { Field, ObjectType } from 'type-graphql';
import { pageTypeOf } from '../identity/page.types';
import { WorkspaceType } from '../identity/workspace.types';
import { SlotType } from './slot.types';

@ObjectType('Trouble', { description: 'A slot whose connection does not prove that it would see new mail.' })
export class TroubleType {
  @Field(() => WorkspaceType)
  workspace: WorkspaceType;

  @Field(() => SlotType)
  slot: SlotType;
}

export const TroubleConnection = pageTypeOf('Trouble', () => TroubleType);
