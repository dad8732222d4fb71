export type AttributeInput = {
  name: string;
  value: string;
};

export type BlockerCode =
  /** Gmail had a passing trouble; it is tried again by itself. */
  | 'BACKING_OFF'
  | 'CAMPAIGN_NOT_RUNNING'
  | 'DAILY_LIMIT'
  | 'DOMAIN_LIMIT'
  | 'NEEDS_ATTENTION'
  | 'NOTHING_QUEUED'
  | 'NOT_CONNECTED'
  | 'OUTSIDE_WINDOW'
  | 'PACING'
  | 'PAUSED'
  | 'RAMP_LIMIT'
  | 'SENDING_LIMIT_REACHED';

export type CampaignState =
  /** Never started: nothing has gone out. */
  | 'DRAFT'
  /** Nobody in it waits any more. It runs again with who is enrolled now, and with a step that is added for those who finished. */
  | 'FINISHED'
  /** Sends nothing, and goes on where it was when it is started again. */
  | 'PAUSED'
  /** Sends, whenever its schedule and its slots allow it. */
  | 'RUNNING';

export type CheckName =
  | 'ADDRESS_AND_PASSWORD_FORMAT'
  | 'DOMAIN_AUTHENTICATION'
  | 'FOLDERS'
  | 'IMAP_CONNECT'
  | 'IMAP_IDLE'
  | 'IMAP_LOGIN'
  | 'SMTP_CONNECT'
  | 'SMTP_LOGIN';

export type CheckOutcome =
  | 'FAILED'
  | 'PASSED'
  | 'RUNNING'
  | 'SKIPPED'
  | 'WARNING';

export type ConnectGmailInput = {
  /** 16 letters; the spaces that Google shows between them are accepted. */
  appPassword: string;
  displayName?: string | null | undefined;
  email: string;
  slotId: string;
};

export type ConnectionState =
  | 'CONNECTING'
  /** Gmail asked to be left alone for hours; watching goes on by itself afterwards. */
  | 'PAUSED'
  | 'RECONNECTING'
  /** Gmail refused; a person must act. See `problem`. */
  | 'REJECTED'
  /** Connected, as far as we know, but without proof for minutes. */
  | 'STALE'
  /** Proven: new mail would be seen. */
  | 'WATCHING';

/** At most 50 steps, 20 variants a step and 1000 slots; a wait of at most 365 days. */
export type CreateCampaignInput = {
  name: string;
  schedule: ScheduleInput;
  /** They share the work by what each has left. */
  slotIds: Array<string>;
  steps: Array<StepInput>;
};

export type DeliveryState =
  | 'CANCELLED'
  | 'FAILED'
  /** Waiting for its turn. */
  | 'QUEUED'
  /** Claimed, nothing said to Gmail yet: safe to release. */
  | 'RESERVED'
  /** Gmail answered 250, or its copy was found in Sent. */
  | 'SENT'
  /** The message may be on the wire. */
  | 'TRANSMITTING'
  /** The connection died before the answer. Being looked up in Sent; never resent blindly. */
  | 'UNKNOWN';

export type EnrolmentState =
  | 'BOUNCED'
  /** Got every step, and did not answer. Goes on when a step is added behind the last one. */
  | 'FINISHED'
  /** Not sent because something is missing; see heldReason. */
  | 'HELD'
  | 'REPLIED'
  /** Taken out by a person. */
  | 'STOPPED'
  | 'UNSUBSCRIBED'
  /** For the next step. */
  | 'WAITING';

/** Where the import of a file stands. */
export type ImportState =
  /** Taken over, without the rejected rows. */
  | 'DONE'
  /** Nothing was taken over; `message` says why. */
  | 'FAILED'
  /** Being read, or waiting to be taken over. No prospect has changed yet. */
  | 'RUNNING';

export type MatchedBy =
  | 'BOUNCE_REPORT'
  | 'GMAIL_THREAD'
  | 'MESSAGE_ID'
  | 'NONE'
  | 'SENDER_ADDRESS'
  | 'SENDER_DOMAIN';

export type ProblemCode =
  | 'APP_PASSWORD_REQUIRED'
  | 'BANDWIDTH_EXCEEDED'
  | 'IMAP_DISABLED'
  | 'IMAP_DISABLED_FOR_DOMAIN'
  | 'INVALID_CREDENTIALS'
  | 'MALFORMED_APP_PASSWORD'
  | 'MESSAGE_REJECTED'
  | 'RECIPIENT_REJECTED'
  | 'SENDING_LIMIT_REACHED'
  | 'TEMPORARY_FAILURE'
  | 'TOO_MANY_CONNECTIONS'
  | 'TOO_MANY_LOGINS'
  | 'UNREACHABLE'
  | 'WEB_LOGIN_REQUIRED';

/** Who has this address already is changed: what is left out stays, a name of null is taken away, attributes merge by name and go by `removeAttributes`, tags are added. */
export type ProspectInput = {
  /** Names of 1 to 64, values of up to 2000 characters; at most 500. */
  attributes?: Array<AttributeInput> | null | undefined;
  company?: string | null | undefined;
  email: string;
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
  /** Names of attributes that are taken away, whether they are there or not; none of those that are given here. */
  removeAttributes?: Array<string> | null | undefined;
  /** Of 1 to 64 characters; at most 50. */
  tags?: Array<string> | null | undefined;
};

/** Exactly one of them. */
export type ProspectSelection = {
  ids?: Array<string> | null | undefined;
  /** Everybody who was in that file. */
  importId?: string | null | undefined;
  tag?: string | null | undefined;
};

export type ReceivedKind =
  | 'AUTO_REPLY'
  | 'BOUNCE'
  | 'COMPLAINT'
  | 'DELAY'
  | 'OTHER'
  | 'OUT_OF_OFFICE'
  | 'REPLY'
  | 'SENDING_REFUSED'
  | 'UNSUBSCRIBE';

/** What a person may do in their workspace. */
export type Role =
  /** Everything else. */
  | 'MEMBER'
  /** Also invites people, and changes the workspace itself. */
  | 'OWNER';

/** `to` may be 24:00, the end of the day. */
export type ScheduleInput = {
  days: Array<Weekday>;
  from: string;
  /** Of the IANA database, such as Europe/Berlin. */
  timezone: string;
  to: string;
};

/** What is left out stays. A gap of 0 is accepted only while Gmail's URLs point to loopback. */
export type SendingSettingsInput = {
  dailyLimit?: number | null | undefined;
  displayName?: string | null | undefined;
  gapMaxSeconds?: number | null | undefined;
  gapMinSeconds?: number | null | undefined;
  paused?: boolean | null | undefined;
  rampCeiling?: number | null | undefined;
  rampEnabled?: boolean | null | undefined;
  rampGrowth?: number | null | undefined;
  rampStart?: number | null | undefined;
  signature?: string | null | undefined;
};

export type SignInInput = {
  email: string;
  password: string;
};

export type SignUpInput = {
  email: string;
  /** 10 to 200 characters. */
  password: string;
  /** Of the IANA database, such as Europe/Berlin; UTC without. */
  timezone?: string | null | undefined;
  workspaceName: string;
};

export type SlotKind =
  /** Done for you: an operator fills and releases it. */
  | 'FLY'
  /** Self-service: the workspace connects its own Gmail account. */
  | 'SELF';

/** `id` keeps an existing step and its numbers when a campaign is edited. */
export type StepInput = {
  id?: string | null | undefined;
  variants: Array<VariantInput>;
  waitDays: number;
};

/** Why somebody must not be written to again. */
export type SuppressionReason =
  /** There is no such mailbox. */
  | 'BOUNCED'
  /** They reported an email as spam. */
  | 'COMPLAINED'
  /** Somebody of the workspace decided so. */
  | 'MANUAL'
  /** They asked for it. */
  | 'UNSUBSCRIBED';

/** How a suppression came to be. */
export type SuppressionSource =
  /** By an email that came back. */
  | 'BOUNCE'
  /** By a report of spam. */
  | 'COMPLAINT'
  /** By the unsubscribe link in an email. */
  | 'LINK'
  /** By hand, by somebody of the workspace. */
  | 'PERSON'
  /** By an answer that asks for it. */
  | 'REPLY';

/** `id` keeps an existing variant and its numbers when a campaign is edited. `body` is text, or HTML when it starts with a tag. */
export type VariantInput = {
  body: string;
  id?: string | null | undefined;
  subject: string;
  /** 1 when it is left out. */
  weight?: number | null | undefined;
};

export type Weekday =
  | 'FRI'
  | 'MON'
  | 'SAT'
  | 'SUN'
  | 'THU'
  | 'TUE'
  | 'WED';
