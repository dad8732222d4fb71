import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { pageTypeOf } from '../identity/page.types';
import { enumOf } from '../lib/enumOf';
import { IMPORT_STATES } from './import.entity';

const ImportStateEnum = enumOf(...IMPORT_STATES);
registerEnumType(ImportStateEnum, {
  name: 'ImportState',
  description: 'Where the import of a file stands.',
  valuesConfig: {
    RUNNING: { description: 'Being read, or waiting to be taken over. No prospect has changed yet.' },
    DONE: { description: 'Taken over, without the rejected rows.' },
    FAILED: { description: 'Nothing was taken over; `message` says why.' },
  },
});

@ObjectType('ImportReject', { description: 'A row of the file that was not taken over.' })
class ImportRejectType {
  @Field(() => Int, { description: 'Of the file, where the row begins; the header is on line 1.' })
  line: number;

  @Field({ description: 'What is wrong with it.' })
  reason: string;
}

export const ImportRejectConnection = pageTypeOf('ImportReject', () => ImportRejectType);

@ObjectType('ProspectImport', {
  description:
    'A CSV being read: POST /import/prospects, Content-Type text/csv, bearer token, streamed; answers 202 {"id"} at once.',
})
export class ProspectImportType {
  @Field(() => ID)
  id: string;

  @Field(() => ImportStateEnum)
  state: keyof typeof ImportStateEnum;

  @Field(() => Int, { description: 'Without the header and empty lines.' })
  rowsRead: number;

  @Field(() => Int)
  created: number;

  @Field(() => Int, { description: 'Prospects who were there already and whom the file changed.' })
  updated: number;

  @Field(() => Int)
  rejected: number;

  @Field(() => String, {
    nullable: true,
    description: 'Why it failed, or what one should know of the file, for a person to read.',
  })
  message: string | null;

  @Field(() => Date)
  createdAt: Date;
}

export const ProspectImportConnection = pageTypeOf('ProspectImport', () => ProspectImportType);
