import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import * as yoga from 'graphql-yoga';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { Field, Float, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Notices } from '../../../src/database/notices';
import type { IdentityRoom } from '../../../src/identity/identityRoom';
import { createSchema } from '../../../src/server/schema';
import { startServer } from '../../../src/server/startServer';
import { answer } from '../apart';

/**
 * The same 50 objects of 8 fields, in memory, behind three servers: ours with its settings and with type-graphql,
 * which cost it something; Apollo and Yoga as they are when nobody tells them anything, with graphql-js alone.
 */
@ObjectType()
class Item {
  @Field(() => ID) id: string;
  @Field() name: string;
  @Field() email: string;
  @Field(() => Int) count: number;
  @Field(() => Float) share: number;
  @Field() isActive: boolean;
  @Field(() => String, { nullable: true }) note: string | null;
  @Field() state: string;
}

const ITEMS: readonly Item[] = Array.from({ length: 50 }, (_, n) => ({
  id: `${n}`,
  name: `Person ${n}`,
  email: `person${n}@example.com`,
  count: n,
  share: n / 7,
  isActive: n % 2 === 0,
  note: n % 3 === 0 ? null : 'Met at a fair',
  state: 'ACTIVE',
}));

@Resolver()
class ItemResolver {
  @Query(() => [Item])
  items(): readonly Item[] {
    return ITEMS;
  }
}

const SDL = `
  type Item { id: ID! name: String! email: String! count: Int! share: Float! isActive: Boolean! note: String state: String! }
  type Query { items: [Item!]! }`;
const RESOLVERS = { Query: { items: () => ITEMS } };

async function serveOurs(): Promise<string> {
  const log = pino({ level: 'warn' });
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    log,
    introspection: 'everybody',
    readiness: async () => [],
    publicUrl: () => 'http://127.0.0.1',
    schema: createSchema([ItemResolver]),
    rooms: { identity: {} as IdentityRoom }, // nobody shows a token: it is not asked
    metrics: new Registry(),
    notices: new Notices({ url: '', log }),
  });
  return `http://127.0.0.1:${server.port}/graphql`;
}

async function serveApollo(): Promise<string> {
  const server = new ApolloServer({ typeDefs: SDL, resolvers: RESOLVERS });
  return (await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } })).url;
}

async function serveYoga(): Promise<string> {
  const server = createServer(
    yoga.createYoga({ schema: yoga.createSchema({ typeDefs: SDL, resolvers: RESOLVERS }), logging: false }),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

answer({ ours: serveOurs, apollo: serveApollo, yoga: serveYoga });
