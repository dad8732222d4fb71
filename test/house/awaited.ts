/** What the contract has and we do not have yet. An entry that has come to exist fails the test: take it out. */
export const AWAITED: readonly string[] = [
  'ForecastDay',
  'Campaign.blockers',
  'Campaign.forecast',
  'Attachment',
  'ManualMessage',
  'OutgoingMessage.campaign',
  'ReceivedMessage.attachments',
  'ConversationEntry.ManualMessage',
  'Conversation.campaign',
  'ReplyEvent.campaign',
  'ReplyFilter(campaignId',
  'Query.outgoingMessages(campaignId',
  'Query.conversations(campaignId',
  'Subscription.outgoingMessageChanged(campaignId',
];
