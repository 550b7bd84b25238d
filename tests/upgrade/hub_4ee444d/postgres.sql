--
-- PostgreSQL database dump
--
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
--
-- Name: account_changes; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.account_changes (
    id bigint NOT NULL,
    account text NOT NULL,
    operator_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    what text NOT NULL,
    before text NOT NULL,
    after text NOT NULL
);
--
-- Name: account_changes_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.account_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: account_changes_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.account_changes_id_seq OWNED BY public.account_changes.id;
--
-- Name: accounts; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.accounts (
    name text NOT NULL,
    rules text NOT NULL
);
--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
--
-- Name: assignees; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.assignees (
    operator_id bigint NOT NULL,
    task_id bigint NOT NULL,
    done_at timestamp with time zone,
    remind_at timestamp with time zone
);
--
-- Name: choices; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.choices (
    operator_id bigint NOT NULL,
    message_id bigint NOT NULL,
    at timestamp with time zone NOT NULL
);
--
-- Name: coexecutors; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.coexecutors (
    operator_id bigint NOT NULL,
    dialog_id bigint NOT NULL,
    fresh boolean DEFAULT false NOT NULL
);
--
-- Name: contacts; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.contacts (
    id bigint NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    picture text,
    folded text DEFAULT ''::text NOT NULL,
    dialogs integer DEFAULT 0 NOT NULL,
    kind text DEFAULT 'potential'::text NOT NULL,
    phone_key text DEFAULT ''::text NOT NULL,
    email_key text DEFAULT ''::text NOT NULL,
    merged_into bigint,
    phone_proven boolean DEFAULT false NOT NULL,
    email_proven boolean DEFAULT false NOT NULL
);
--
-- Name: contacts_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.contacts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: contacts_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.contacts_id_seq OWNED BY public.contacts.id;
--
-- Name: crm_contacts; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.crm_contacts (
    contact_id bigint NOT NULL,
    ref text DEFAULT ''::text NOT NULL,
    answered_at timestamp with time zone
);
--
-- Name: cursors; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.cursors (
    name text NOT NULL,
    value text NOT NULL
);
--
-- Name: dead_parcels; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.dead_parcels (
    id bigint NOT NULL,
    destination text NOT NULL,
    lane text NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    payload text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    died_at timestamp with time zone NOT NULL,
    error text NOT NULL
);
--
-- Name: dead_parcels_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.dead_parcels_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: dead_parcels_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.dead_parcels_id_seq OWNED BY public.dead_parcels.id;
--
-- Name: dialogs; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.dialogs (
    id bigint NOT NULL,
    account text NOT NULL,
    chat text NOT NULL,
    contact_id bigint NOT NULL,
    desk text NOT NULL,
    channel text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    status text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    ordinal integer NOT NULL,
    responsible bigint,
    coexecutors text DEFAULT ''::text NOT NULL,
    addressee_operator bigint,
    addressee_role text,
    thread text,
    waiting_since timestamp with time zone,
    last_at timestamp with time zone,
    last_words text DEFAULT ''::text NOT NULL,
    closed_at timestamp with time zone,
    reason text DEFAULT ''::text NOT NULL,
    comment text DEFAULT ''::text NOT NULL,
    blocked boolean DEFAULT false NOT NULL,
    waits boolean DEFAULT false NOT NULL,
    active_at timestamp with time zone NOT NULL,
    title_folded text DEFAULT ''::text NOT NULL,
    words_folded text DEFAULT ''::text NOT NULL,
    heard_at timestamp with time zone,
    interest_id bigint,
    source_id bigint,
    continues_id bigint,
    passed_by bigint,
    answered_at timestamp with time zone,
    lead boolean DEFAULT true NOT NULL,
    bot boolean DEFAULT false NOT NULL,
    alarm integer DEFAULT 0 NOT NULL
);
--
-- Name: dialogs_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.dialogs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: dialogs_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.dialogs_id_seq OWNED BY public.dialogs.id;
--
-- Name: early_receipts; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.early_receipts (
    id bigint NOT NULL,
    account text NOT NULL,
    chat text NOT NULL,
    ref text NOT NULL,
    receipt text NOT NULL,
    at timestamp with time zone NOT NULL
);
--
-- Name: early_receipts_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.early_receipts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: early_receipts_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.early_receipts_id_seq OWNED BY public.early_receipts.id;
--
-- Name: edits; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.edits (
    message_id bigint NOT NULL
);
--
-- Name: foreign_refs; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.foreign_refs (
    account text NOT NULL,
    chat text NOT NULL,
    ref text NOT NULL,
    message_id bigint NOT NULL,
    "position" integer NOT NULL
);
--
-- Name: grams; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.grams (
    gram integer NOT NULL,
    block integer NOT NULL,
    posting bytea NOT NULL
);
--
-- Name: identities; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.identities (
    account text NOT NULL,
    chat text NOT NULL,
    contact_id bigint NOT NULL,
    username text DEFAULT ''::text NOT NULL,
    blocked boolean DEFAULT false NOT NULL,
    name text,
    phone text,
    email text
);
--
-- Name: inbox; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.inbox (
    source text NOT NULL,
    key text NOT NULL,
    at timestamp with time zone NOT NULL
);
--
-- Name: interests; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.interests (
    id bigint NOT NULL,
    contact_id bigint NOT NULL,
    title text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    author bigint,
    open boolean DEFAULT true NOT NULL,
    stage text DEFAULT ''::text NOT NULL,
    comment text DEFAULT ''::text NOT NULL,
    url text DEFAULT ''::text NOT NULL,
    ref text DEFAULT ''::text NOT NULL,
    version text DEFAULT ''::text NOT NULL
);
--
-- Name: interests_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.interests_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: interests_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.interests_id_seq OWNED BY public.interests.id;
--
-- Name: lanes; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.lanes (
    id bigint NOT NULL,
    destination text NOT NULL,
    name text NOT NULL,
    urgency integer NOT NULL,
    due_at timestamp with time zone NOT NULL,
    fence text,
    owner text,
    begun integer DEFAULT 0 NOT NULL
);
--
-- Name: lanes_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.lanes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: lanes_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.lanes_id_seq OWNED BY public.lanes.id;
--
-- Name: leases; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.leases (
    name text NOT NULL,
    owner text NOT NULL,
    until timestamp with time zone NOT NULL
);
--
-- Name: letters; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.letters (
    account text NOT NULL,
    sequence bigint NOT NULL,
    chat text NOT NULL,
    key text NOT NULL,
    body text NOT NULL,
    at timestamp with time zone NOT NULL
);
--
-- Name: loose_files; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.loose_files (
    id text NOT NULL,
    until timestamp with time zone NOT NULL
);
--
-- Name: marks; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.marks (
    message_id bigint NOT NULL,
    mark text NOT NULL
);
--
-- Name: merged_chats; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.merged_chats (
    merge_id bigint NOT NULL,
    account text NOT NULL,
    chat text NOT NULL
);
--
-- Name: merges; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.merges (
    id bigint NOT NULL,
    kept bigint NOT NULL,
    merged bigint NOT NULL,
    moved text NOT NULL,
    why text NOT NULL,
    operator_id bigint,
    at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone
);
--
-- Name: merges_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.merges_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: merges_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.merges_id_seq OWNED BY public.merges.id;
--
-- Name: message_interests; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.message_interests (
    message_id bigint NOT NULL,
    interest_id bigint NOT NULL
);
--
-- Name: messages; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.messages (
    id bigint NOT NULL,
    dialog_id bigint NOT NULL,
    author text NOT NULL,
    at timestamp with time zone NOT NULL,
    content text NOT NULL,
    operator_id bigint,
    delivery text NOT NULL,
    failure text DEFAULT ''::text NOT NULL,
    detail text DEFAULT ''::text NOT NULL,
    important boolean DEFAULT false NOT NULL,
    edited_at timestamp with time zone,
    deleted_at timestamp with time zone,
    reply_to bigint,
    line text,
    reactions text DEFAULT ''::text NOT NULL,
    revision bigint NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    parts text DEFAULT ''::text NOT NULL,
    holds integer DEFAULT 0 NOT NULL
);
--
-- Name: messages_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.messages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: messages_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.messages_id_seq OWNED BY public.messages.id;
--
-- Name: notices; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.notices (
    id bigint NOT NULL,
    desk text NOT NULL,
    "user" text NOT NULL,
    number bigint NOT NULL,
    view text NOT NULL,
    dialog_id bigint,
    key text NOT NULL,
    at timestamp with time zone NOT NULL
);
--
-- Name: notices_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.notices_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: notices_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.notices_id_seq OWNED BY public.notices.id;
--
-- Name: operators; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.operators (
    id bigint NOT NULL,
    desk text NOT NULL,
    "user" text NOT NULL,
    name text NOT NULL,
    title text NOT NULL,
    name_folded text NOT NULL,
    title_folded text NOT NULL,
    zone text DEFAULT ''::text NOT NULL,
    view text DEFAULT ''::text NOT NULL
);
--
-- Name: operators_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.operators_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: operators_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.operators_id_seq OWNED BY public.operators.id;
--
-- Name: parcels; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.parcels (
    id bigint NOT NULL,
    lane_id bigint NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    payload text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    doubtful boolean DEFAULT false NOT NULL
);
--
-- Name: parcels_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.parcels_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: parcels_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.parcels_id_seq OWNED BY public.parcels.id;
--
-- Name: pauses; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.pauses (
    destination text NOT NULL,
    why text NOT NULL,
    advice text NOT NULL,
    since timestamp with time zone NOT NULL
);
--
-- Name: posts; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.posts (
    desk text NOT NULL,
    channel text NOT NULL,
    post text NOT NULL,
    message_id bigint NOT NULL
);
--
-- Name: roles; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.roles (
    name text NOT NULL,
    members text NOT NULL,
    gone boolean DEFAULT false NOT NULL
);
--
-- Name: sequences; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.sequences (
    name text NOT NULL,
    last bigint NOT NULL
);
--
-- Name: tasks; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.tasks (
    id bigint NOT NULL,
    text text NOT NULL,
    author bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    due timestamp with time zone,
    remind_at timestamp with time zone,
    dialog_id bigint,
    ref text DEFAULT ''::text NOT NULL
);
--
-- Name: tasks_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.tasks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: tasks_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.tasks_id_seq OWNED BY public.tasks.id;
--
-- Name: unreadable; Type: TABLE; Schema: public; Owner: -
--
CREATE TABLE public.unreadable (
    id bigint NOT NULL,
    source text NOT NULL,
    key text NOT NULL,
    raw text NOT NULL,
    why text NOT NULL,
    at timestamp with time zone NOT NULL
);
--
-- Name: unreadable_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--
CREATE SEQUENCE public.unreadable_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
--
-- Name: unreadable_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--
ALTER SEQUENCE public.unreadable_id_seq OWNED BY public.unreadable.id;
--
-- Name: account_changes id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.account_changes ALTER COLUMN id SET DEFAULT nextval('public.account_changes_id_seq'::regclass);
--
-- Name: contacts id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.contacts ALTER COLUMN id SET DEFAULT nextval('public.contacts_id_seq'::regclass);
--
-- Name: dead_parcels id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.dead_parcels ALTER COLUMN id SET DEFAULT nextval('public.dead_parcels_id_seq'::regclass);
--
-- Name: dialogs id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.dialogs ALTER COLUMN id SET DEFAULT nextval('public.dialogs_id_seq'::regclass);
--
-- Name: early_receipts id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.early_receipts ALTER COLUMN id SET DEFAULT nextval('public.early_receipts_id_seq'::regclass);
--
-- Name: interests id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.interests ALTER COLUMN id SET DEFAULT nextval('public.interests_id_seq'::regclass);
--
-- Name: lanes id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.lanes ALTER COLUMN id SET DEFAULT nextval('public.lanes_id_seq'::regclass);
--
-- Name: merges id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.merges ALTER COLUMN id SET DEFAULT nextval('public.merges_id_seq'::regclass);
--
-- Name: messages id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.messages ALTER COLUMN id SET DEFAULT nextval('public.messages_id_seq'::regclass);
--
-- Name: notices id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.notices ALTER COLUMN id SET DEFAULT nextval('public.notices_id_seq'::regclass);
--
-- Name: operators id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.operators ALTER COLUMN id SET DEFAULT nextval('public.operators_id_seq'::regclass);
--
-- Name: parcels id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.parcels ALTER COLUMN id SET DEFAULT nextval('public.parcels_id_seq'::regclass);
--
-- Name: tasks id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.tasks ALTER COLUMN id SET DEFAULT nextval('public.tasks_id_seq'::regclass);
--
-- Name: unreadable id; Type: DEFAULT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.unreadable ALTER COLUMN id SET DEFAULT nextval('public.unreadable_id_seq'::regclass);
--
-- Data for Name: account_changes; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.account_changes VALUES (1, '', 8, '2026-11-02 09:01:07.155861+00', 'roles', '', 'night: —');
INSERT INTO public.account_changes VALUES (2, '', 8, '2026-11-02 09:01:07.428882+00', 'roles', 'night: —', 'night: @anna');
INSERT INTO public.account_changes VALUES (3, '', 8, '2026-11-02 09:01:07.679698+00', 'roles', 'night: @anna', 'night: @anna, @olga');
--
-- Data for Name: accounts; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.accounts VALUES ('shop', '{"responsible":"boris","reason_required":false,"reasons":["Bought","Spam"],"grants":[{"subject":"anna","read":true,"send":true,"administer":true},{"subject":"olga","read":true,"send":true,"administer":false},{"subject":"sales","read":true,"send":true,"administer":false},{"subject":"trainees","read":true,"send":false,"administer":false},{"subject":"zoe","read":true,"send":false,"administer":false}],"everyone_reads":true,"retired":[],"leads":true,"unknown_are":"potential","link_interest":true,"greeting":"","hours":{"zone":"UTC","days":[[],[],[],[],[],[],[]],"country":"","holidays":[],"workdays":[]},"out_of_hours":"","keywords":[],"bot":{"url":"","seconds":10.0},"deadlines":{"first":0,"following":0,"warning":5,"escalate":""},"threads":"dialog","everyone_sends":true}');
INSERT INTO public.accounts VALUES ('market', '{"responsible":"dora","reason_required":false,"reasons":[],"grants":[{"subject":"dora","read":true,"send":true,"administer":true}],"everyone_reads":true,"retired":[],"leads":true,"unknown_are":"potential","link_interest":true,"greeting":"","hours":{"zone":"UTC","days":[[],[],[],[],[],[],[]],"country":"","holidays":[],"workdays":[]},"out_of_hours":"","keywords":[],"bot":{"url":"","seconds":10.0},"deadlines":{"first":0,"following":0,"warning":5,"escalate":""},"threads":"dialog","everyone_sends":true}');
INSERT INTO public.accounts VALUES ('site', '{"responsible":"","reason_required":false,"reasons":[],"grants":[{"subject":"clara","read":true,"send":false,"administer":false}],"everyone_reads":true,"retired":[],"leads":true,"unknown_are":"potential","link_interest":true,"greeting":"","hours":{"zone":"UTC","days":[[],[],[],[],[],[],[]],"country":"","holidays":[],"workdays":[]},"out_of_hours":"","keywords":[],"bot":{"url":"","seconds":10.0},"deadlines":{"first":0,"following":0,"warning":5,"escalate":""},"threads":"dialog","everyone_sends":true}');
--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.alembic_version VALUES ('0004');
--
-- Data for Name: assignees; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.assignees VALUES (3, 1, NULL, '2026-11-02 12:01:00.920364+00');
INSERT INTO public.assignees VALUES (6, 2, NULL, '2026-11-03 07:00:00+00');
INSERT INTO public.assignees VALUES (7, 3, NULL, '2026-11-03 07:00:00+00');
--
-- Data for Name: choices; Type: TABLE DATA; Schema: public; Owner: -
--
--
-- Data for Name: coexecutors; Type: TABLE DATA; Schema: public; Owner: -
--
--
-- Data for Name: contacts; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.contacts VALUES (2, 'Wim', '', '', NULL, 'wim', 1, 'potential', '', '', NULL, false, false);
INSERT INTO public.contacts VALUES (3, 'Xenia', '', '', NULL, 'xenia', 1, 'potential', '', '', NULL, false, false);
INSERT INTO public.contacts VALUES (4, 'Yana', '', '', NULL, 'yana', 1, 'potential', '', '', NULL, false, false);
INSERT INTO public.contacts VALUES (1, 'Vera Lee', '+7 999 123-45-67', '', NULL, 'vera lee +7 999 123-45-67', 2, 'potential', '+79991234567', '', NULL, false, false);
INSERT INTO public.contacts VALUES (5, 'V. Lee', '+7 999 123-45-67', '', NULL, 'v. lee +7 999 123-45-67', 0, 'potential', '+79991234567', '', 1, false, false);
INSERT INTO public.contacts VALUES (6, 'Zina', '', '', NULL, 'zina', 1, 'potential', '', '', NULL, false, false);
INSERT INTO public.contacts VALUES (7, 'Yuri', '', '', NULL, 'yuri', 1, 'potential', '', '', NULL, false, false);
--
-- Data for Name: crm_contacts; Type: TABLE DATA; Schema: public; Owner: -
--
--
-- Data for Name: cursors; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.cursors VALUES ('windows', '2026-11-02T09:00:57.078477+00:00');
INSERT INTO public.cursors VALUES ('read:main', '2026-11-02T08:59:57.036762+00:00');
INSERT INTO public.cursors VALUES ('read:web', '2026-11-02T08:59:57.052224+00:00');
INSERT INTO public.cursors VALUES ('read:office', '2026-11-02T08:59:57.052000+00:00');
--
-- Data for Name: dead_parcels; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.dead_parcels VALUES (1, 'account:market', 'chat:2001', '36bd06f590480bba83baf595', 'send', '{"message":25,"part":0}', '2026-11-02 09:01:03.674066+00', 1, '2026-11-02 09:01:03.777983+00', 'Telegram cannot be reached: ServerDisconnectedError');
--
-- Data for Name: dialogs; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.dialogs VALUES (3, 'shop', '1001', 2, 'main', 'C0FAKE00001', '2026-11-02 09:01:01+00', 'returned', '', 1, NULL, '', NULL, 'sales', '1793610061.925765', '2026-11-02 09:01:01+00', '2026-11-02 09:01:01+00', 'Where is my order?', NULL, '', '', false, true, '2026-11-02 09:01:01+00', '', 'where is my order?', '2026-11-02 09:01:01+00', NULL, NULL, NULL, NULL, NULL, true, false, 0);
INSERT INTO public.dialogs VALUES (4, 'shop', '1002', 3, 'main', 'C0FAKE00001', '2026-11-02 09:01:02+00', 'closed', '', 1, 3, '', NULL, NULL, '1793610062.417243', NULL, '2026-11-02 09:01:02.686772+00', 'We are glad', '2026-11-02 09:01:02.811246+00', '', 'Bought', false, false, '2026-11-02 09:01:02.686772+00', '', 'we are glad', '2026-11-02 09:01:02+00', NULL, NULL, NULL, NULL, '2026-11-02 09:01:02.686772+00', true, false, 0);
INSERT INTO public.dialogs VALUES (2, 'shop', '1000', 1, 'main', 'C0FAKE00001', '2026-11-02 09:01:01.283247+00', 'for_review', '', 1, NULL, '', 6, NULL, '1793610061.409665', NULL, '2026-11-02 09:01:01.283247+00', 'Good morning, have you got green tea? Зелёный чай?', NULL, '', '', false, false, '2026-11-02 09:01:01.283247+00', '', 'good morning, have you got green tea? зеленый чай?', NULL, NULL, 1, NULL, 3, NULL, false, false, 0);
INSERT INTO public.dialogs VALUES (6, 'market', '2002', 1, 'office', 'channelxxxxxxxxxxxxxxxxxx2', '2026-11-02 09:01:04+00', 'in_progress', '', 2, 4, '', NULL, NULL, 'postxxxxxxxxxxxxxxxxxxxx31', '2026-11-02 09:01:04+00', '2026-11-02 09:01:04+00', 'Hello, it is Vera of the green tea', NULL, '', '', false, true, '2026-11-02 09:01:04+00', '', 'hello, it is vera of the green tea', '2026-11-02 09:01:04+00', 2, NULL, NULL, NULL, NULL, true, false, 0);
INSERT INTO public.dialogs VALUES (7, 'site', '1qDJg8gb3jnERpa_midG29r6', 6, 'web', 'web', '2026-11-02 09:01:05.504181+00', 'in_progress', '', 1, 1, '', NULL, NULL, '7', NULL, '2026-11-02 09:01:06.250761+00', 'Our catalogue 📎 catalogue.txt', NULL, '', '', false, false, '2026-11-02 09:01:06.250761+00', '', 'our catalogue 📎 catalogue.txt', '2026-11-02 09:01:05.504181+00', NULL, NULL, NULL, NULL, '2026-11-02 09:01:06.023124+00', true, false, 0);
INSERT INTO public.dialogs VALUES (8, 'site', 'K72Iu7ZK77E1DAZmGgZOYFqH', 7, 'web', 'web', '2026-11-02 09:01:06.805474+00', 'new', '', 1, NULL, '', NULL, NULL, '8', '2026-11-02 09:01:06.805474+00', '2026-11-02 09:01:06.805474+00', 'Is anybody there?', NULL, '', '', false, true, '2026-11-02 09:01:06.805474+00', '', 'is anybody there?', '2026-11-02 09:01:06.805474+00', NULL, NULL, NULL, NULL, NULL, true, false, 0);
INSERT INTO public.dialogs VALUES (1, 'shop', '1000', 1, 'main', 'C0FAKE00001', '2026-11-02 09:01:00+00', 'in_progress', '', 1, 3, '', NULL, NULL, '1793610060.376165', '2026-11-02 09:01:10+00', '2026-11-02 09:01:10+00', 'One more thing: two boxes, please', NULL, '', '', false, true, '2026-11-02 09:01:10+00', '', 'one more thing: two boxes, please', '2026-11-02 09:01:10+00', 1, NULL, NULL, NULL, '2026-11-02 09:01:00.625633+00', true, false, 0);
INSERT INTO public.dialogs VALUES (5, 'market', '2001', 4, 'office', 'channelxxxxxxxxxxxxxxxxxx2', '2026-11-02 09:01:03+00', 'in_progress', '', 1, 4, '', NULL, NULL, 'postxxxxxxxxxxxxxxxxxxxx16', NULL, '2026-11-02 09:01:11.247158+00', 'Or do you fetch it?', NULL, '', '', false, false, '2026-11-02 09:01:11.247158+00', '', 'or do you fetch it?', '2026-11-02 09:01:03+00', NULL, NULL, NULL, NULL, '2026-11-02 09:01:03.517737+00', true, false, 0);
--
-- Data for Name: early_receipts; Type: TABLE DATA; Schema: public; Owner: -
--
--
-- Data for Name: edits; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.edits VALUES (31);
--
-- Data for Name: foreign_refs; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.foreign_refs VALUES ('shop', '1000', '101', 1, 0);
INSERT INTO public.foreign_refs VALUES ('shop', '1000', '102', 3, 0);
INSERT INTO public.foreign_refs VALUES ('shop', '1000', '103', 4, 0);
INSERT INTO public.foreign_refs VALUES ('shop', '1000', '104', 6, 0);
INSERT INTO public.foreign_refs VALUES ('shop', '1001', '105', 15, 0);
INSERT INTO public.foreign_refs VALUES ('shop', '1002', '106', 17, 0);
INSERT INTO public.foreign_refs VALUES ('shop', '1002', '107', 19, 0);
INSERT INTO public.foreign_refs VALUES ('market', '2001', '101', 21, 0);
INSERT INTO public.foreign_refs VALUES ('market', '2001', '102', 23, 0);
INSERT INTO public.foreign_refs VALUES ('market', '2002', '104', 28, 0);
INSERT INTO public.foreign_refs VALUES ('site', '1qDJg8gb3jnERpa_midG29r6', 'message-1', 34, 0);
INSERT INTO public.foreign_refs VALUES ('site', '1qDJg8gb3jnERpa_midG29r6', '8f2e402eb31ed7c827a11691', 36, 0);
INSERT INTO public.foreign_refs VALUES ('site', '1qDJg8gb3jnERpa_midG29r6', '96459919d75c370cd42a322f', 37, 0);
INSERT INTO public.foreign_refs VALUES ('site', 'K72Iu7ZK77E1DAZmGgZOYFqH', 'message-1', 39, 0);
INSERT INTO public.foreign_refs VALUES ('shop', '1000', '108', 40, 0);
--
-- Data for Name: grams; Type: TABLE DATA; Schema: public; Owner: -
--
--
-- Data for Name: identities; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.identities VALUES ('shop', '1000', 1, '', false, 'Vera Lee', '', '');
INSERT INTO public.identities VALUES ('shop', '1001', 2, '', false, 'Wim', '', '');
INSERT INTO public.identities VALUES ('shop', '1002', 3, '', false, 'Xenia', '', '');
INSERT INTO public.identities VALUES ('market', '2001', 4, '', false, 'Yana', '', '');
INSERT INTO public.identities VALUES ('market', '2002', 1, '', false, 'V. Lee', '', '');
INSERT INTO public.identities VALUES ('site', '1qDJg8gb3jnERpa_midG29r6', 6, '', false, 'Zina', '', '');
INSERT INTO public.identities VALUES ('site', 'K72Iu7ZK77E1DAZmGgZOYFqH', 7, '', false, 'Yuri', '', '');
--
-- Data for Name: inbox; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.inbox VALUES ('desk:main', 'command:3.T0FAKE0001.trigger', '2026-11-02 09:00:58.853967+00');
INSERT INTO public.inbox VALUES ('desk:main', 'command:7.T0FAKE0001.trigger', '2026-11-02 09:00:59.041696+00');
INSERT INTO public.inbox VALUES ('desk:main', 'command:11.T0FAKE0001.trigger', '2026-11-02 09:00:59.174224+00');
INSERT INTO public.inbox VALUES ('desk:office', 'command:575f2105aad0757dde25d80424e404d6', '2026-11-02 09:00:59.342073+00');
INSERT INTO public.inbox VALUES ('desk:office', 'command:b451b24cfabbde00be07e3c30b5ce243', '2026-11-02 09:00:59.449702+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-20', '2026-11-02 09:00:59.723953+00');
INSERT INTO public.inbox VALUES ('desk:web', 'boris:born-in-a-page-21', '2026-11-02 09:00:59.90584+00');
INSERT INTO public.inbox VALUES ('desk:office', 'command:9cf7f318f22a24010b5422a060e900ad', '2026-11-02 09:01:00.05366+00');
INSERT INTO public.inbox VALUES ('account:shop', '1001', '2026-11-02 09:01:00.130724+00');
INSERT INTO public.inbox VALUES ('desk:main', 'C0FAKE00001:1793610060.436851', '2026-11-02 09:01:00.440851+00');
INSERT INTO public.inbox VALUES ('desk:main', 'C0FAKE00001:1793610060.596241', '2026-11-02 09:01:00.607778+00');
INSERT INTO public.inbox VALUES ('account:shop', '1002', '2026-11-02 09:01:00.701713+00');
INSERT INTO public.inbox VALUES ('desk:main', 'C0FAKE00001:1793610060.687214', '2026-11-02 09:01:00.703137+00');
INSERT INTO public.inbox VALUES ('desk:main', 'C0FAKE00001:1793610060.795405', '2026-11-02 09:01:00.807283+00');
INSERT INTO public.inbox VALUES ('desk:main', 'reaction:C0FAKE00001:1793610060.416712:U0FAKE00004:star:on:1793610060.895608', '2026-11-02 09:01:00.906461+00');
INSERT INTO public.inbox VALUES ('desk:main', 'reaction:C0FAKE00001:1793610060.416712:U0FAKE00004:bookmark:on:1793610060.895656', '2026-11-02 09:01:00.906614+00');
INSERT INTO public.inbox VALUES ('desk:main', 'C0FAKE00001:1793610060.895677', '2026-11-02 09:01:00.906811+00');
INSERT INTO public.inbox VALUES ('desk:main', 'C0FAKE00001:1793610061.045967', '2026-11-02 09:01:01.050993+00');
INSERT INTO public.inbox VALUES ('desk:main', 'C0FAKE00001:1793610061.223152', '2026-11-02 09:01:01.224396+00');
INSERT INTO public.inbox VALUES ('desk:main', 'command:44.T0FAKE0001.trigger', '2026-11-02 09:01:01.467456+00');
INSERT INTO public.inbox VALUES ('desk:main', 'form:V0FAKE00022:51.T0FAKE0001.trigger', '2026-11-02 09:01:01.50154+00');
INSERT INTO public.inbox VALUES ('desk:main', 'C0FAKE00001:1793610061.618421', '2026-11-02 09:01:01.638574+00');
INSERT INTO public.inbox VALUES ('account:shop', '1003', '2026-11-02 09:01:01.811831+00');
INSERT INTO public.inbox VALUES ('desk:main', 'C0FAKE00001:1793610061.977903', '2026-11-02 09:01:02.003296+00');
INSERT INTO public.inbox VALUES ('account:shop', '1004', '2026-11-02 09:01:02.256472+00');
INSERT INTO public.inbox VALUES ('desk:main', 'C0FAKE00001:1793610062.507618', '2026-11-02 09:01:02.521927+00');
INSERT INTO public.inbox VALUES ('desk:main', 'C0FAKE00001:1793610062.606094', '2026-11-02 09:01:02.632373+00');
INSERT INTO public.inbox VALUES ('desk:main', 'command:78.T0FAKE0001.trigger', '2026-11-02 09:01:02.765992+00');
INSERT INTO public.inbox VALUES ('desk:main', 'command:82.T0FAKE0001.trigger', '2026-11-02 09:01:02.906306+00');
INSERT INTO public.inbox VALUES ('account:market', '1001', '2026-11-02 09:01:03.105649+00');
INSERT INTO public.inbox VALUES ('desk:office', 'post:postxxxxxxxxxxxxxxxxxxxx18', '2026-11-02 09:01:03.394505+00');
INSERT INTO public.inbox VALUES ('desk:office', 'post:postxxxxxxxxxxxxxxxxxxxx20', '2026-11-02 09:01:03.502179+00');
INSERT INTO public.inbox VALUES ('desk:office', 'post:postxxxxxxxxxxxxxxxxxxxx21', '2026-11-02 09:01:03.58961+00');
INSERT INTO public.inbox VALUES ('desk:office', 'post:postxxxxxxxxxxxxxxxxxxxx22', '2026-11-02 09:01:03.643267+00');
INSERT INTO public.inbox VALUES ('desk:office', 'post:postxxxxxxxxxxxxxxxxxxxx24', '2026-11-02 09:01:03.955661+00');
INSERT INTO public.inbox VALUES ('desk:office', 'post:postxxxxxxxxxxxxxxxxxxxx29', '2026-11-02 09:01:04.099946+00');
INSERT INTO public.inbox VALUES ('account:market', '1002', '2026-11-02 09:01:04.304337+00');
INSERT INTO public.inbox VALUES ('desk:office', 'command:6aa6ec6d68dea4614ef9238f5ab54871', '2026-11-02 09:01:04.502879+00');
INSERT INTO public.inbox VALUES ('desk:office', 'form:5eb8aef371524b39b3ccfe90d677f4a6', '2026-11-02 09:01:04.54566+00');
INSERT INTO public.inbox VALUES ('desk:office', 'press:8ae1452df3da4c19ebf18701fa8eaddf', '2026-11-02 09:01:04.889039+00');
INSERT INTO public.inbox VALUES ('desk:office', 'command:fb331b8d67722b88830c1af87c8c5935', '2026-11-02 09:01:05.441867+00');
INSERT INTO public.inbox VALUES ('account:site', 'message 1qDJg8gb3jnERpa_midG29r6 message-1', '2026-11-02 09:01:05.514593+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-22', '2026-11-02 09:01:05.862042+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-23', '2026-11-02 09:01:06.014336+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-24', '2026-11-02 09:01:06.201705+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-25', '2026-11-02 09:01:06.560318+00');
INSERT INTO public.inbox VALUES ('desk:web', 'boris:born-in-a-page-26', '2026-11-02 09:01:06.606895+00');
INSERT INTO public.inbox VALUES ('desk:web', 'boris:born-in-a-page-27', '2026-11-02 09:01:06.676079+00');
INSERT INTO public.inbox VALUES ('account:site', 'message K72Iu7ZK77E1DAZmGgZOYFqH message-1', '2026-11-02 09:01:06.818098+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-28', '2026-11-02 09:01:06.997624+00');
INSERT INTO public.inbox VALUES ('desk:main', 'command:94.T0FAKE0001.trigger', '2026-11-02 09:01:07.113543+00');
INSERT INTO public.inbox VALUES ('desk:main', 'command:106.T0FAKE0001.trigger', '2026-11-02 09:01:07.324251+00');
INSERT INTO public.inbox VALUES ('desk:main', 'command:119.T0FAKE0001.trigger', '2026-11-02 09:01:07.612988+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-29', '2026-11-02 09:01:08.221244+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-30', '2026-11-02 09:01:08.474011+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-31', '2026-11-02 09:01:08.72182+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-32', '2026-11-02 09:01:08.99651+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-33', '2026-11-02 09:01:09.303372+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-34', '2026-11-02 09:01:09.553734+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-35', '2026-11-02 09:01:09.844483+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-36', '2026-11-02 09:01:10.086522+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-37', '2026-11-02 09:01:10.420058+00');
INSERT INTO public.inbox VALUES ('desk:web', 'anna:born-in-a-page-38', '2026-11-02 09:01:10.665655+00');
INSERT INTO public.inbox VALUES ('account:shop', '1005', '2026-11-02 09:01:10.80587+00');
INSERT INTO public.inbox VALUES ('desk:office', 'post:postxxxxxxxxxxxxxxxxxxxx44', '2026-11-02 09:01:11.133115+00');
INSERT INTO public.inbox VALUES ('desk:office', 'post:postxxxxxxxxxxxxxxxxxxxx45', '2026-11-02 09:01:11.245013+00');
--
-- Data for Name: interests; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.interests VALUES (1, 1, 'Green tea', '2026-11-02 09:01:01.505558+00', 3, true, '', '', '', '', '');
INSERT INTO public.interests VALUES (2, 1, 'Cups', '2026-11-02 09:01:04.552955+00', 4, true, '', '', '', '', '');
--
-- Data for Name: lanes; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.lanes VALUES (89, 'desk:main', 'dialog:1', 1, '2026-11-02 09:01:30.930985+00', NULL, NULL, 0);
INSERT INTO public.lanes VALUES (91, 'desk:office', 'mark:41', 3, '2026-11-02 09:01:13.170435+00', NULL, NULL, 0);
INSERT INTO public.lanes VALUES (93, 'desk:office', 'mark:42', 3, '2026-11-02 09:01:13.24734+00', NULL, NULL, 0);
INSERT INTO public.lanes VALUES (90, 'account:market', 'chat:2001', 0, '2026-11-02 09:01:21.952+00', '3b4952409316d1f0', 'hub:8440:75741294', 1);
--
-- Data for Name: leases; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.leases VALUES ('desk:web', 'hub:8440:75741294', '2026-11-02 09:01:17.702022+00');
INSERT INTO public.leases VALUES ('desk:main', 'hub:8440:75741294', '2026-11-02 09:01:17.746151+00');
INSERT INTO public.leases VALUES ('staff desk:web', 'hub:8440:75741294', '2026-11-02 09:01:17.746244+00');
INSERT INTO public.leases VALUES ('account:market', 'hub:8440:75741294', '2026-11-02 09:01:17.746357+00');
INSERT INTO public.leases VALUES ('deadlines', 'hub:8440:75741294', '2026-11-02 09:01:17.74646+00');
INSERT INTO public.leases VALUES ('account:shop', 'hub:8440:75741294', '2026-11-02 09:01:17.746552+00');
INSERT INTO public.leases VALUES ('staff desk:main', 'hub:8440:75741294', '2026-11-02 09:01:17.746015+00');
INSERT INTO public.leases VALUES ('search', 'hub:8440:75741294', '2026-11-02 09:01:20.180869+00');
INSERT INTO public.leases VALUES ('desk:office', 'hub:8440:75741294', '2026-11-02 09:01:20.185491+00');
INSERT INTO public.leases VALUES ('recognizing', 'hub:8440:75741294', '2026-11-02 09:01:20.181948+00');
INSERT INTO public.leases VALUES ('windows', 'hub:8440:75741294', '2026-11-02 09:01:20.185567+00');
INSERT INTO public.leases VALUES ('staff desk:office', 'hub:8440:75741294', '2026-11-02 09:01:20.226707+00');
INSERT INTO public.leases VALUES ('files', 'hub:8440:75741294', '2026-11-02 09:01:20.226548+00');
INSERT INTO public.leases VALUES ('reminders', 'hub:8440:75741294', '2026-11-02 09:01:20.226652+00');
--
-- Data for Name: letters; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.letters VALUES ('site', 1, '1qDJg8gb3jnERpa_midG29r6', 'customer 1qDJg8gb3jnERpa_midG29r6 message-1', '{"type":"message","from":"customer","message":"message-1","said":{"content":{"text":{"spans":[{"text":"Are you open on Sunday?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]},"author":"","reply_to":null}}', '2026-11-02 09:01:05.566255+00');
INSERT INTO public.letters VALUES ('site', 2, '1qDJg8gb3jnERpa_midG29r6', '8f2e402eb31ed7c827a11691', '{"type":"message","said":{"content":{"text":{"spans":[{"text":"From ten to six","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]},"author":"anna","reply_to":null}}', '2026-11-02 09:01:06.213915+00');
INSERT INTO public.letters VALUES ('site', 3, '1qDJg8gb3jnERpa_midG29r6', '96459919d75c370cd42a322f', '{"type":"message","said":{"content":{"text":{"spans":[{"text":"Our catalogue","style":0,"link":"","language":""}]},"attachments":[{"kind":"file","file":{"origin":"hub","id":"a6459e025e5278bc9052be02d2693b1e"},"name":"catalogue.txt","mime":"text/plain","size":18,"seconds":null,"emoji":"","linked":false,"type":"media"}],"quote":null,"forwarded":[]},"author":"anna","reply_to":null}}', '2026-11-02 09:01:06.387725+00');
INSERT INTO public.letters VALUES ('site', 4, 'K72Iu7ZK77E1DAZmGgZOYFqH', 'customer K72Iu7ZK77E1DAZmGgZOYFqH message-1', '{"type":"message","from":"customer","message":"message-1","said":{"content":{"text":{"spans":[{"text":"Is anybody there?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]},"author":"","reply_to":null}}', '2026-11-02 09:01:06.886081+00');
--
-- Data for Name: loose_files; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.loose_files VALUES ('bb26dbd13ead57360a0e6374a7c95b06', '2026-11-09 09:01:06.708195+00');
--
-- Data for Name: marks; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.marks VALUES (3, '✅');
INSERT INTO public.marks VALUES (5, '🔒');
INSERT INTO public.marks VALUES (6, '✅');
INSERT INTO public.marks VALUES (19, '✅');
INSERT INTO public.marks VALUES (23, '✅');
INSERT INTO public.marks VALUES (24, '🔒');
INSERT INTO public.marks VALUES (25, '❔');
INSERT INTO public.marks VALUES (36, '✅');
INSERT INTO public.marks VALUES (37, '✅');
INSERT INTO public.marks VALUES (38, '🔒');
--
-- Data for Name: merged_chats; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.merged_chats VALUES (1, 'market', '2002');
--
-- Data for Name: merges; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.merges VALUES (1, 1, 5, '{"told":[["market","2002","V. Lee","",""]],"interests":[2],"before":{"name":"Vera Lee","phone":"+7 999 123-45-67","email":"","picture":null,"folded":"vera lee +7 999 123-45-67","kind":"potential","phone_key":"+79991234567","phone_proven":false,"email_key":"","email_proven":false},"ref":""}', '', 4, '2026-11-02 09:01:04.924282+00', NULL);
--
-- Data for Name: message_interests; Type: TABLE DATA; Schema: public; Owner: -
--
--
-- Data for Name: messages; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.messages VALUES (2, 1, 'hub', '2026-11-02 09:01:00.45258+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"accepted","values":{"by":"3"}}', '', 776, '', '', 0);
INSERT INTO public.messages VALUES (3, 1, 'operator', '2026-11-02 09:01:00.596241+00', '{"text":{"spans":[{"text":"We have, fresh from Monday","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', 3, 'sent', '', '', false, NULL, NULL, NULL, NULL, '', 783, 'we have, fresh from monday', ',', 0);
INSERT INTO public.messages VALUES (4, 1, 'customer', '2026-11-02 09:01:00+00', '{"text":{"spans":[{"text":"This one?","style":0,"link":"","language":""}]},"attachments":[{"kind":"photo","file":{"origin":"account:shop","id":"BQACAgIAAxkBAAI00000002"},"name":"","mime":"image/jpeg","size":70,"seconds":null,"emoji":"","linked":false,"type":"media"}],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, NULL, '', 785, 'this one?', '', 1);
INSERT INTO public.messages VALUES (5, 1, 'note', '2026-11-02 09:01:00.687214+00', '{"text":{"spans":[{"text":"the margin is 40%","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', 3, 'internal', '', '', false, NULL, NULL, NULL, NULL, '', 786, 'the margin is 40%', '', 0);
INSERT INTO public.messages VALUES (19, 4, 'operator', '2026-11-02 09:01:02.606094+00', '{"text":{"spans":[{"text":"We are glad","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', 3, 'sent', '', '', false, NULL, NULL, NULL, NULL, '', 860, 'we are glad', ',', 0);
INSERT INTO public.messages VALUES (6, 1, 'operator', '2026-11-02 09:01:00.795405+00', '{"text":{"spans":[{"text":"All prices","style":0,"link":"","language":""}]},"attachments":[{"kind":"file","file":{"origin":"desk:main","id":"F0FAKE00015"},"name":"prices.txt","mime":"text/plain","size":24,"seconds":null,"emoji":"","linked":false,"type":"media"}],"quote":null,"forwarded":[]}', 3, 'sent', '', '', false, NULL, NULL, NULL, NULL, '', 796, 'all prices prices.txt', ',', 2);
INSERT INTO public.messages VALUES (7, 1, 'hub', '2026-11-02 09:01:00.937545+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"task","values":{"by":"3","words":"call Vera back","due":"Mon 2 Nov, 15:01 (Europe/Moscow)"}}', '', 799, '', '', 0);
INSERT INTO public.messages VALUES (1, 1, 'customer', '2026-11-02 09:01:00+00', '{"text":{"spans":[{"text":"Good morning, have you got green tea? Зелёный чай?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', true, NULL, NULL, NULL, NULL, '', 797, 'good morning, have you got green tea? зеленый чай?', '', 0);
INSERT INTO public.messages VALUES (8, 1, 'hub', '2026-11-02 09:01:01.032448+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"starred","values":{"by":"3","words":"Good morning, have you got green tea? Зелёный чай?"}}', '', 797, '', '', 0);
INSERT INTO public.messages VALUES (9, 1, 'hub', '2026-11-02 09:01:01.117204+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"assignment","values":{"by":"3","words":"send the samples","due":"Tue 3 Nov, 10:00 (Europe/Moscow)","people":"Boris Petrova"}}', '', 803, '', '', 0);
INSERT INTO public.messages VALUES (10, 2, 'hub', '2026-11-02 09:01:01.303626+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"for_review","values":{"by":"3","to":"6","comment":"you know these"}}', '', 809, '', '', 0);
INSERT INTO public.messages VALUES (11, 2, 'note', '2026-11-02 09:01:01.283247+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[{"author":"Vera Lee · 2 Nov, 09:01","content":{"text":{"spans":[{"text":"Good morning, have you got green tea? Зелёный чай?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]},"at":"2026-11-02T09:01:00Z"}]}', 3, 'internal', '', '', false, NULL, NULL, NULL, NULL, '', 809, 'vera lee · 2 nov, 09:01 good morning, have you got green tea? зеленый чай?', '', 0);
INSERT INTO public.messages VALUES (12, 1, 'hub', '2026-11-02 09:01:01.323097+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"passed","values":{"by":"3","to":"6","number":"2","comment":"you know these"}}', '', 809, '', '', 0);
INSERT INTO public.messages VALUES (13, 1, 'hub', '2026-11-02 09:01:01.507889+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"interest_made","values":{"by":"3","title":"Green tea"}}', '', 818, '', '', 0);
INSERT INTO public.messages VALUES (14, 1, 'operator', '2026-11-02 09:01:01.618421+00', '{"text":{"spans":[{"text":"Shall I send samples?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', 6, 'held', '', '', false, NULL, NULL, NULL, NULL, '', 821, 'shall i send samples?', '', 0);
INSERT INTO public.messages VALUES (15, 3, 'customer', '2026-11-02 09:01:01+00', '{"text":{"spans":[{"text":"Where is my order?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, NULL, '', 825, 'where is my order?', '', 0);
INSERT INTO public.messages VALUES (16, 3, 'hub', '2026-11-02 09:01:02.010775+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"redirected","values":{"by":"3","to_role":"sales"}}', '', 830, '', '', 0);
INSERT INTO public.messages VALUES (17, 4, 'customer', '2026-11-02 09:01:02+00', '{"text":{"spans":[{"text":"Thanks, the cups arrived","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, NULL, '', 847, 'thanks, the cups arrived', '', 0);
INSERT INTO public.messages VALUES (18, 4, 'hub', '2026-11-02 09:01:02.534888+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"accepted","values":{"by":"3"}}', '', 853, '', '', 0);
INSERT INTO public.messages VALUES (20, 4, 'hub', '2026-11-02 09:01:02.826938+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"closed","values":{"by":"3","comment":"Bought"}}', '', 861, '', '', 0);
INSERT INTO public.messages VALUES (21, 5, 'customer', '2026-11-02 09:01:03+00', '{"text":{"spans":[{"text":"Do you deliver to Omsk?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, NULL, '', 867, 'do you deliver to omsk?', '', 0);
INSERT INTO public.messages VALUES (22, 5, 'hub', '2026-11-02 09:01:03.397808+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"accepted","values":{"by":"4"}}', '', 872, '', '', 0);
INSERT INTO public.messages VALUES (26, 5, 'hub', '2026-11-02 09:01:03.992294+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"assignment","values":{"by":"4","words":"ask the driver","due":"Tue 3 Nov, 10:00 (Europe/Moscow)","people":"Boris Petrova"}}', '', 890, '', '', 0);
INSERT INTO public.messages VALUES (23, 5, 'operator', '2026-11-02 09:01:03.472+00', '{"text":{"spans":[{"text":"We do, in four days","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', 4, 'sent', '', '', false, NULL, NULL, NULL, NULL, '', 879, 'we do, in four days', ',', 0);
INSERT INTO public.messages VALUES (24, 5, 'note', '2026-11-02 09:01:03.566+00', '{"text":{"spans":[{"text":"the lorry is late, @boris","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', 4, 'internal', '', '', false, NULL, NULL, NULL, NULL, '', 881, 'the lorry is late, @boris', '', 0);
INSERT INTO public.messages VALUES (25, 5, 'operator', '2026-11-02 09:01:03.567+00', '{"text":{"spans":[{"text":"It costs 300 roubles","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', 4, 'unconfirmed', '', '', false, NULL, NULL, NULL, NULL, '', 887, 'it costs 300 roubles', ',0,', 0);
INSERT INTO public.messages VALUES (27, 5, 'operator', '2026-11-02 09:01:04.063+00', '{"text":{"spans":[{"text":"I call him now","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', 7, 'held', '', '', false, NULL, NULL, NULL, NULL, '', 893, 'i call him now', '', 0);
INSERT INTO public.messages VALUES (28, 6, 'customer', '2026-11-02 09:01:04+00', '{"text":{"spans":[{"text":"Hello, it is Vera of the green tea","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, NULL, '', 897, 'hello, it is vera of the green tea', '', 0);
INSERT INTO public.messages VALUES (29, 6, 'hub', '2026-11-02 09:01:04.553806+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"accepted","values":{"by":"4"}}', '', 903, '', '', 0);
INSERT INTO public.messages VALUES (30, 6, 'hub', '2026-11-02 09:01:04.567763+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"interest_made","values":{"by":"4","title":"Cups"}}', '', 903, '', '', 0);
INSERT INTO public.messages VALUES (31, 6, 'hub', '2026-11-02 09:01:04.609772+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"alike","values":{"other":"Vera Lee","contact":"1","why":"+79991234567"}}', '', 923, '', '', 0);
INSERT INTO public.messages VALUES (32, 6, 'hub', '2026-11-02 09:01:05.049132+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"merged_by","values":{"one":"V. Lee","other":"Vera Lee","merge":"1","by":"4"}}', '', 923, '', '', 0);
INSERT INTO public.messages VALUES (33, 1, 'hub', '2026-11-02 09:01:05.086595+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"merged_by","values":{"one":"V. Lee","other":"Vera Lee","merge":"1","by":"4"}}', '', 923, '', '', 0);
INSERT INTO public.messages VALUES (36, 7, 'operator', '2026-11-02 09:01:06.006836+00', '{"text":{"spans":[{"text":"From ten to six","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', 1, 'sent', '', '', false, NULL, NULL, NULL, NULL, '', 950, 'from ten to six', ',', 0);
INSERT INTO public.messages VALUES (34, 7, 'customer', '2026-11-02 09:01:05.504181+00', '{"text":{"spans":[{"text":"Are you open on Sunday?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, NULL, '', 932, 'are you open on sunday?', '', 0);
INSERT INTO public.messages VALUES (35, 7, 'hub', '2026-11-02 09:01:05.869589+00', '{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, '{"code":"accepted","values":{"by":"1"}}', '', 938, '', '', 0);
INSERT INTO public.messages VALUES (37, 7, 'operator', '2026-11-02 09:01:06.18984+00', '{"text":{"spans":[{"text":"Our catalogue","style":0,"link":"","language":""}]},"attachments":[{"kind":"file","file":{"origin":"hub","id":"a6459e025e5278bc9052be02d2693b1e"},"name":"catalogue.txt","mime":"text/plain","size":18,"seconds":null,"emoji":"","linked":false,"type":"media"}],"quote":null,"forwarded":[]}', 1, 'sent', '', '', false, NULL, NULL, NULL, NULL, '', 955, 'our catalogue catalogue.txt', ',', 2);
INSERT INTO public.messages VALUES (38, 7, 'note', '2026-11-02 09:01:06.554012+00', '{"text":{"spans":[{"text":"she asked last week too","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', 1, 'internal', '', '', false, NULL, NULL, NULL, NULL, '', 958, 'she asked last week too', '', 0);
INSERT INTO public.messages VALUES (39, 8, 'customer', '2026-11-02 09:01:06.805474+00', '{"text":{"spans":[{"text":"Is anybody there?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, NULL, '', 964, 'is anybody there?', '', 0);
INSERT INTO public.messages VALUES (40, 1, 'customer', '2026-11-02 09:01:10+00', '{"text":{"spans":[{"text":"One more thing: two boxes, please","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', NULL, 'none', '', '', false, NULL, NULL, NULL, NULL, '', 1035, 'one more thing: two boxes, please', '', 0);
INSERT INTO public.messages VALUES (41, 5, 'operator', '2026-11-02 09:01:11.105+00', '{"text":{"spans":[{"text":"Shall we send it?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', 4, 'pending', '', '', false, NULL, NULL, NULL, NULL, '', 1038, 'shall we send it?', ',0,', 0);
INSERT INTO public.messages VALUES (42, 5, 'operator', '2026-11-02 09:01:11.244+00', '{"text":{"spans":[{"text":"Or do you fetch it?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}', 4, 'pending', '', '', false, NULL, NULL, NULL, NULL, '', 1041, 'or do you fetch it?', ',0,', 0);
--
-- Data for Name: notices; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.notices VALUES (1, 'web', 'anna', 1, '{"rows":[{"text":{"spans":[{"text":"⚙️ Olga Petrova made the role “night”","style":1,"link":"","language":""},{"text":"\n","style":0,"link":"","language":""},{"text":"Now:","style":1,"link":"","language":""},{"text":" night: —","style":0,"link":"","language":""}]},"buttons":[],"strong":false}],"title":"","keys":["0442dec7e0f0a186b746706f"],"tabs":[],"menus":[],"buttons":[],"files":[]}', NULL, '0442dec7e0f0a186b746706f', '2026-11-02 09:01:07.378519+00');
INSERT INTO public.notices VALUES (2, 'web', 'anna', 2, '{"rows":[{"text":{"spans":[{"text":"⚙️ Olga Petrova changed the role “night”","style":1,"link":"","language":""},{"text":"\n","style":0,"link":"","language":""},{"text":"Before:","style":1,"link":"","language":""},{"text":" night: —\n","style":0,"link":"","language":""},{"text":"Now:","style":1,"link":"","language":""},{"text":" night: @anna","style":0,"link":"","language":""}]},"buttons":[],"strong":false}],"title":"","keys":["183a8b43a7726515b4c5ca83"],"tabs":[],"menus":[],"buttons":[],"files":[]}', NULL, '183a8b43a7726515b4c5ca83', '2026-11-02 09:01:07.680084+00');
INSERT INTO public.notices VALUES (3, 'web', 'anna', 3, '{"rows":[{"text":{"spans":[{"text":"⚙️ Olga Petrova changed the role “night”","style":1,"link":"","language":""},{"text":"\n","style":0,"link":"","language":""},{"text":"Before:","style":1,"link":"","language":""},{"text":" night: @anna\n","style":0,"link":"","language":""},{"text":"Now:","style":1,"link":"","language":""},{"text":" night: @anna, @olga","style":0,"link":"","language":""}]},"buttons":[],"strong":false}],"title":"","keys":["40b3f202e0617a7992095a6d"],"tabs":[],"menus":[],"buttons":[],"files":[]}', NULL, '40b3f202e0617a7992095a6d', '2026-11-02 09:01:07.965248+00');
--
-- Data for Name: operators; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.operators VALUES (3, 'main', 'U0FAKE00004', 'anna', 'Anna Petrova', 'anna', 'anna petrova', 'Europe/Moscow', '');
INSERT INTO public.operators VALUES (4, 'office', 'userxxxxxxxxxxxxxxxxxxxxx4', 'anna', 'Anna Petrova', 'anna', 'anna petrova', 'Europe/Moscow', '');
INSERT INTO public.operators VALUES (5, 'web', 'clara', 'clara', 'clara', 'clara', 'clara', '', '');
INSERT INTO public.operators VALUES (6, 'main', 'U0FAKE00005', 'boris', 'Boris Petrova', 'boris', 'boris petrova', 'Asia/Yekaterinburg', '');
INSERT INTO public.operators VALUES (7, 'office', 'userxxxxxxxxxxxxxxxxxxxxx5', 'boris', 'Boris Petrova', 'boris', 'boris petrova', 'Asia/Yekaterinburg', '');
INSERT INTO public.operators VALUES (8, 'main', 'U0FAKE00006', 'olga', 'Olga Petrova', 'olga', 'olga petrova', 'Europe/Moscow', '');
INSERT INTO public.operators VALUES (9, 'office', 'userxxxxxxxxxxxxxxxxxxxxx6', 'dora', 'Dora Petrova', 'dora', 'dora petrova', '', '');
INSERT INTO public.operators VALUES (1, 'web', 'anna', 'anna', 'anna', 'anna', 'anna', 'Europe/Moscow', '');
INSERT INTO public.operators VALUES (2, 'web', 'boris', 'boris', 'boris', 'boris', 'boris', 'Asia/Yekaterinburg', '');
--
-- Data for Name: parcels; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.parcels VALUES (102, 89, '43e0c06d19fc676d68a5fded', 'post', '{"dialog":1,"message":40,"channel":"C0FAKE00001"}', '2026-11-02 09:01:10.829988+00', 1, false);
INSERT INTO public.parcels VALUES (103, 90, '324681ecda8ebb04fea8b051', 'send', '{"message":41,"part":0}', '2026-11-02 09:01:11.1704+00', 0, false);
INSERT INTO public.parcels VALUES (104, 91, '4c86aca1187c27b49de90522', 'mark', '{"dialog":5,"message":41}', '2026-11-02 09:01:11.170452+00', 0, false);
INSERT INTO public.parcels VALUES (105, 90, '5dbe8d575195681f3b1356c3', 'send', '{"message":42,"part":0}', '2026-11-02 09:01:11.247322+00', 0, false);
INSERT INTO public.parcels VALUES (106, 93, 'c5cbbf200c366664127279a6', 'mark', '{"dialog":5,"message":42}', '2026-11-02 09:01:11.247348+00', 0, false);
--
-- Data for Name: pauses; Type: TABLE DATA; Schema: public; Owner: -
--
--
-- Data for Name: posts; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610060.416712', 1);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610060.552987', 2);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610060.596241', 3);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610060.687214', 5);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610060.757400', 4);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610060.795405', 6);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610061.025849', 7);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610061.143242', 8);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610061.217708', 9);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610061.387099', 12);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610061.468568', 10);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610061.534486', 11);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610061.576218', 13);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610061.618421', 14);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610061.972446', 15);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610062.149402', 16);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610062.498333', 17);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610062.602879', 18);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610062.606094', 19);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610062.951861', 20);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx17', 21);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx19', 22);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx20', 23);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx21', 24);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx22', 25);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx29', 27);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx27', 26);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx32', 28);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx34', 29);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx35', 30);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx36', 31);
INSERT INTO public.posts VALUES ('main', 'C0FAKE00001', '1793610065.213376', 33);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx38', 32);
INSERT INTO public.posts VALUES ('web', 'web', '7145e46f30122f271b30a6af', 34);
INSERT INTO public.posts VALUES ('web', 'web', '05e08b68b6bed28373a17adb', 35);
INSERT INTO public.posts VALUES ('web', 'web', 'anna:born-in-a-page-23', 36);
INSERT INTO public.posts VALUES ('web', 'web', 'anna:born-in-a-page-24', 37);
INSERT INTO public.posts VALUES ('web', 'web', 'anna:born-in-a-page-25', 38);
INSERT INTO public.posts VALUES ('web', 'web', '3eee90cbdc5f5a035283ff34', 39);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx44', 41);
INSERT INTO public.posts VALUES ('office', 'channelxxxxxxxxxxxxxxxxxx2', 'postxxxxxxxxxxxxxxxxxxxx45', 42);
--
-- Data for Name: roles; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.roles VALUES ('sales', '["boris"]', false);
INSERT INTO public.roles VALUES ('leads', '["anna"]', false);
INSERT INTO public.roles VALUES ('trainees', '["vlad"]', false);
INSERT INTO public.roles VALUES ('night', '["anna", "olga"]', false);
--
-- Data for Name: sequences; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.sequences VALUES ('mailbox:site', 4);
INSERT INTO public.sequences VALUES ('notices:web:anna', 3);
--
-- Data for Name: tasks; Type: TABLE DATA; Schema: public; Owner: -
--
INSERT INTO public.tasks VALUES (1, 'call Vera back', 3, '2026-11-02 09:01:00.9209+00', '2026-11-02 12:01:00.920364+00', NULL, 1, '');
INSERT INTO public.tasks VALUES (2, 'send the samples', 3, '2026-11-02 09:01:01.09867+00', '2026-11-03 07:00:00+00', '2026-11-03 07:00:00+00', 1, '');
INSERT INTO public.tasks VALUES (3, 'ask the driver', 4, '2026-11-02 09:01:03.972176+00', '2026-11-03 07:00:00+00', '2026-11-03 07:00:00+00', 5, '');
--
-- Data for Name: unreadable; Type: TABLE DATA; Schema: public; Owner: -
--
--
-- Name: account_changes_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.account_changes_id_seq', 3, true);
--
-- Name: contacts_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.contacts_id_seq', 7, true);
--
-- Name: dead_parcels_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.dead_parcels_id_seq', 1, true);
--
-- Name: dialogs_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.dialogs_id_seq', 8, true);
--
-- Name: early_receipts_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.early_receipts_id_seq', 1, false);
--
-- Name: interests_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.interests_id_seq', 2, true);
--
-- Name: lanes_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.lanes_id_seq', 93, true);
--
-- Name: merges_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.merges_id_seq', 1, true);
--
-- Name: messages_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.messages_id_seq', 42, true);
--
-- Name: notices_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.notices_id_seq', 3, true);
--
-- Name: operators_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.operators_id_seq', 11, true);
--
-- Name: parcels_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.parcels_id_seq', 106, true);
--
-- Name: tasks_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.tasks_id_seq', 3, true);
--
-- Name: unreadable_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--
SELECT pg_catalog.setval('public.unreadable_id_seq', 1, false);
--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
--
-- Name: account_changes pk_account_changes; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.account_changes
    ADD CONSTRAINT pk_account_changes PRIMARY KEY (id);
--
-- Name: accounts pk_accounts; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (name);
--
-- Name: assignees pk_assignees; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.assignees
    ADD CONSTRAINT pk_assignees PRIMARY KEY (operator_id, task_id);
--
-- Name: choices pk_choices; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.choices
    ADD CONSTRAINT pk_choices PRIMARY KEY (operator_id, message_id);
--
-- Name: coexecutors pk_coexecutors; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.coexecutors
    ADD CONSTRAINT pk_coexecutors PRIMARY KEY (operator_id, dialog_id);
--
-- Name: contacts pk_contacts; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT pk_contacts PRIMARY KEY (id);
--
-- Name: crm_contacts pk_crm_contacts; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.crm_contacts
    ADD CONSTRAINT pk_crm_contacts PRIMARY KEY (contact_id);
--
-- Name: cursors pk_cursors; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.cursors
    ADD CONSTRAINT pk_cursors PRIMARY KEY (name);
--
-- Name: dead_parcels pk_dead_parcels; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.dead_parcels
    ADD CONSTRAINT pk_dead_parcels PRIMARY KEY (id);
--
-- Name: dialogs pk_dialogs; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.dialogs
    ADD CONSTRAINT pk_dialogs PRIMARY KEY (id);
--
-- Name: early_receipts pk_early_receipts; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.early_receipts
    ADD CONSTRAINT pk_early_receipts PRIMARY KEY (id);
--
-- Name: edits pk_edits; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.edits
    ADD CONSTRAINT pk_edits PRIMARY KEY (message_id);
--
-- Name: foreign_refs pk_foreign_refs; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.foreign_refs
    ADD CONSTRAINT pk_foreign_refs PRIMARY KEY (account, chat, ref);
--
-- Name: grams pk_grams; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.grams
    ADD CONSTRAINT pk_grams PRIMARY KEY (gram, block);
--
-- Name: identities pk_identities; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.identities
    ADD CONSTRAINT pk_identities PRIMARY KEY (account, chat);
--
-- Name: inbox pk_inbox; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT pk_inbox PRIMARY KEY (source, key);
--
-- Name: interests pk_interests; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.interests
    ADD CONSTRAINT pk_interests PRIMARY KEY (id);
--
-- Name: lanes pk_lanes; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.lanes
    ADD CONSTRAINT pk_lanes PRIMARY KEY (id);
--
-- Name: leases pk_leases; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.leases
    ADD CONSTRAINT pk_leases PRIMARY KEY (name);
--
-- Name: letters pk_letters; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.letters
    ADD CONSTRAINT pk_letters PRIMARY KEY (account, sequence);
--
-- Name: loose_files pk_loose_files; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.loose_files
    ADD CONSTRAINT pk_loose_files PRIMARY KEY (id);
--
-- Name: marks pk_marks; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.marks
    ADD CONSTRAINT pk_marks PRIMARY KEY (message_id);
--
-- Name: merged_chats pk_merged_chats; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.merged_chats
    ADD CONSTRAINT pk_merged_chats PRIMARY KEY (account, chat, merge_id);
--
-- Name: merges pk_merges; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.merges
    ADD CONSTRAINT pk_merges PRIMARY KEY (id);
--
-- Name: message_interests pk_message_interests; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.message_interests
    ADD CONSTRAINT pk_message_interests PRIMARY KEY (message_id);
--
-- Name: messages pk_messages; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT pk_messages PRIMARY KEY (id);
--
-- Name: notices pk_notices; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.notices
    ADD CONSTRAINT pk_notices PRIMARY KEY (id);
--
-- Name: operators pk_operators; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.operators
    ADD CONSTRAINT pk_operators PRIMARY KEY (id);
--
-- Name: parcels pk_parcels; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.parcels
    ADD CONSTRAINT pk_parcels PRIMARY KEY (id);
--
-- Name: pauses pk_pauses; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.pauses
    ADD CONSTRAINT pk_pauses PRIMARY KEY (destination);
--
-- Name: posts pk_posts; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.posts
    ADD CONSTRAINT pk_posts PRIMARY KEY (desk, channel, post, message_id);
--
-- Name: roles pk_roles; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.roles
    ADD CONSTRAINT pk_roles PRIMARY KEY (name);
--
-- Name: sequences pk_sequences; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.sequences
    ADD CONSTRAINT pk_sequences PRIMARY KEY (name);
--
-- Name: tasks pk_tasks; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT pk_tasks PRIMARY KEY (id);
--
-- Name: unreadable pk_unreadable; Type: CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.unreadable
    ADD CONSTRAINT pk_unreadable PRIMARY KEY (id);
--
-- Name: ix_account_changes_account; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_account_changes_account ON public.account_changes USING btree (account, id);
--
-- Name: ix_assignees_remind; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_assignees_remind ON public.assignees USING btree (remind_at) WHERE (remind_at IS NOT NULL);
--
-- Name: ix_assignees_task; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_assignees_task ON public.assignees USING btree (task_id);
--
-- Name: ix_coexecutors_dialog; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_coexecutors_dialog ON public.coexecutors USING btree (dialog_id);
--
-- Name: ix_contacts_email_key; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_contacts_email_key ON public.contacts USING btree (email_key) WHERE (email_key <> ''::text);
--
-- Name: ix_contacts_phone_key; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_contacts_phone_key ON public.contacts USING btree (phone_key) WHERE (phone_key <> ''::text);
--
-- Name: ix_crm_contacts_ref; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_crm_contacts_ref ON public.crm_contacts USING btree (ref) WHERE (ref <> ''::text);
--
-- Name: ix_dialogs_addressee; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_addressee ON public.dialogs USING btree (addressee_operator) WHERE (addressee_operator IS NOT NULL);
--
-- Name: ix_dialogs_closed; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_closed ON public.dialogs USING btree (active_at, id) WHERE (status = 'closed'::text);
--
-- Name: ix_dialogs_contact; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_contact ON public.dialogs USING btree (contact_id);
--
-- Name: ix_dialogs_continues; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_continues ON public.dialogs USING btree (continues_id, id);
--
-- Name: ix_dialogs_ended; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_ended ON public.dialogs USING btree (closed_at);
--
-- Name: ix_dialogs_interest; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_interest ON public.dialogs USING btree (interest_id);
--
-- Name: ix_dialogs_late_first; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_late_first ON public.dialogs USING btree (account, waiting_since) WHERE (waits AND (alarm < 2) AND (answered_at IS NULL));
--
-- Name: ix_dialogs_late_next; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_late_next ON public.dialogs USING btree (account, waiting_since) WHERE (waits AND (alarm < 2) AND (answered_at IS NOT NULL));
--
-- Name: ix_dialogs_opened; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_opened ON public.dialogs USING btree (opened_at);
--
-- Name: ix_dialogs_responsible; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_responsible ON public.dialogs USING btree (responsible) WHERE (status = 'in_progress'::text);
--
-- Name: ix_dialogs_role; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_role ON public.dialogs USING btree (addressee_role) WHERE (addressee_role IS NOT NULL);
--
-- Name: ix_dialogs_taken; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_taken ON public.dialogs USING btree (waits, active_at, id) WHERE (status = 'in_progress'::text);
--
-- Name: ix_dialogs_thread; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_thread ON public.dialogs USING btree (desk, channel, thread, id) WHERE (thread IS NOT NULL);
--
-- Name: ix_dialogs_titled; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_titled ON public.dialogs USING btree (title_folded) WHERE (title_folded <> ''::text);
--
-- Name: ix_dialogs_untaken; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_untaken ON public.dialogs USING btree (waits, active_at, id) WHERE (status = ANY (ARRAY['new'::text, 'returned'::text, 'for_review'::text]));
--
-- Name: ix_dialogs_waiting; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_dialogs_waiting ON public.dialogs USING btree (status, account, responsible) WHERE ((waiting_since IS NOT NULL) AND (status <> 'closed'::text));
--
-- Name: ix_early_receipts_at; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_early_receipts_at ON public.early_receipts USING btree (at);
--
-- Name: ix_early_receipts_ref; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_early_receipts_ref ON public.early_receipts USING btree (account, chat, ref, id);
--
-- Name: ix_foreign_refs_message; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_foreign_refs_message ON public.foreign_refs USING btree (message_id);
--
-- Name: ix_identities_contact; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_identities_contact ON public.identities USING btree (contact_id);
--
-- Name: ix_interests_contact; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_interests_contact ON public.interests USING btree (contact_id, id);
--
-- Name: ix_lanes_due; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_lanes_due ON public.lanes USING btree (destination, urgency, due_at);
--
-- Name: ix_letters_chat; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_letters_chat ON public.letters USING btree (account, chat, sequence);
--
-- Name: ix_loose_files_until; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_loose_files_until ON public.loose_files USING btree (until);
--
-- Name: ix_merged_chats_merge; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_merged_chats_merge ON public.merged_chats USING btree (merge_id);
--
-- Name: ix_merges_kept; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_merges_kept ON public.merges USING btree (kept);
--
-- Name: ix_merges_merged; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_merges_merged ON public.merges USING btree (merged);
--
-- Name: ix_message_interests_interest; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_message_interests_interest ON public.message_interests USING btree (interest_id);
--
-- Name: ix_messages_answers; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_messages_answers ON public.messages USING btree (at) WHERE (author = 'operator'::text);
--
-- Name: ix_messages_dialog; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_messages_dialog ON public.messages USING btree (dialog_id, id);
--
-- Name: ix_messages_important; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_messages_important ON public.messages USING btree (id) WHERE important;
--
-- Name: ix_messages_revision; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_messages_revision ON public.messages USING btree (dialog_id, revision);
--
-- Name: ix_messages_unread; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_messages_unread ON public.messages USING btree (dialog_id, id) WHERE (delivery = ANY (ARRAY['sent'::text, 'delivered'::text]));
--
-- Name: ix_parcels_lane; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_parcels_lane ON public.parcels USING btree (lane_id, id);
--
-- Name: ix_posts_message; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_posts_message ON public.posts USING btree (message_id);
--
-- Name: ix_tasks_author; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_tasks_author ON public.tasks USING btree (author);
--
-- Name: ix_tasks_dialog; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_tasks_dialog ON public.tasks USING btree (dialog_id);
--
-- Name: ix_tasks_remind; Type: INDEX; Schema: public; Owner: -
--
CREATE INDEX ix_tasks_remind ON public.tasks USING btree (remind_at) WHERE (remind_at IS NOT NULL);
--
-- Name: uq_dialogs_open; Type: INDEX; Schema: public; Owner: -
--
CREATE UNIQUE INDEX uq_dialogs_open ON public.dialogs USING btree (account, chat) WHERE (status <> ALL (ARRAY['closed'::text, 'for_review'::text]));
--
-- Name: uq_interests_ref; Type: INDEX; Schema: public; Owner: -
--
CREATE UNIQUE INDEX uq_interests_ref ON public.interests USING btree (ref) WHERE (ref <> ''::text);
--
-- Name: uq_lanes_destination_name; Type: INDEX; Schema: public; Owner: -
--
CREATE UNIQUE INDEX uq_lanes_destination_name ON public.lanes USING btree (destination, name);
--
-- Name: uq_letters_key; Type: INDEX; Schema: public; Owner: -
--
CREATE UNIQUE INDEX uq_letters_key ON public.letters USING btree (account, key);
--
-- Name: uq_notices_key; Type: INDEX; Schema: public; Owner: -
--
CREATE UNIQUE INDEX uq_notices_key ON public.notices USING btree (key);
--
-- Name: uq_notices_number; Type: INDEX; Schema: public; Owner: -
--
CREATE UNIQUE INDEX uq_notices_number ON public.notices USING btree (desk, "user", number);
--
-- Name: uq_operators_desk_user; Type: INDEX; Schema: public; Owner: -
--
CREATE UNIQUE INDEX uq_operators_desk_user ON public.operators USING btree (desk, "user");
--
-- Name: uq_parcels_key; Type: INDEX; Schema: public; Owner: -
--
CREATE UNIQUE INDEX uq_parcels_key ON public.parcels USING btree (key);
--
-- Name: uq_unreadable_source_key; Type: INDEX; Schema: public; Owner: -
--
CREATE UNIQUE INDEX uq_unreadable_source_key ON public.unreadable USING btree (source, key);
--
-- Name: account_changes fk_account_changes_operator_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.account_changes
    ADD CONSTRAINT fk_account_changes_operator_id FOREIGN KEY (operator_id) REFERENCES public.operators(id);
--
-- Name: assignees fk_assignees_operator_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.assignees
    ADD CONSTRAINT fk_assignees_operator_id FOREIGN KEY (operator_id) REFERENCES public.operators(id);
--
-- Name: assignees fk_assignees_task_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.assignees
    ADD CONSTRAINT fk_assignees_task_id FOREIGN KEY (task_id) REFERENCES public.tasks(id);
--
-- Name: choices fk_choices_message_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.choices
    ADD CONSTRAINT fk_choices_message_id FOREIGN KEY (message_id) REFERENCES public.messages(id);
--
-- Name: choices fk_choices_operator_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.choices
    ADD CONSTRAINT fk_choices_operator_id FOREIGN KEY (operator_id) REFERENCES public.operators(id);
--
-- Name: coexecutors fk_coexecutors_dialog_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.coexecutors
    ADD CONSTRAINT fk_coexecutors_dialog_id FOREIGN KEY (dialog_id) REFERENCES public.dialogs(id);
--
-- Name: coexecutors fk_coexecutors_operator_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.coexecutors
    ADD CONSTRAINT fk_coexecutors_operator_id FOREIGN KEY (operator_id) REFERENCES public.operators(id);
--
-- Name: crm_contacts fk_crm_contacts_contact_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.crm_contacts
    ADD CONSTRAINT fk_crm_contacts_contact_id FOREIGN KEY (contact_id) REFERENCES public.contacts(id);
--
-- Name: dialogs fk_dialogs_addressee_operator; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.dialogs
    ADD CONSTRAINT fk_dialogs_addressee_operator FOREIGN KEY (addressee_operator) REFERENCES public.operators(id);
--
-- Name: dialogs fk_dialogs_contact_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.dialogs
    ADD CONSTRAINT fk_dialogs_contact_id FOREIGN KEY (contact_id) REFERENCES public.contacts(id);
--
-- Name: dialogs fk_dialogs_continues_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.dialogs
    ADD CONSTRAINT fk_dialogs_continues_id FOREIGN KEY (continues_id) REFERENCES public.dialogs(id);
--
-- Name: dialogs fk_dialogs_interest_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.dialogs
    ADD CONSTRAINT fk_dialogs_interest_id FOREIGN KEY (interest_id) REFERENCES public.interests(id);
--
-- Name: dialogs fk_dialogs_passed_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.dialogs
    ADD CONSTRAINT fk_dialogs_passed_by FOREIGN KEY (passed_by) REFERENCES public.operators(id);
--
-- Name: dialogs fk_dialogs_responsible; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.dialogs
    ADD CONSTRAINT fk_dialogs_responsible FOREIGN KEY (responsible) REFERENCES public.operators(id);
--
-- Name: dialogs fk_dialogs_source_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.dialogs
    ADD CONSTRAINT fk_dialogs_source_id FOREIGN KEY (source_id) REFERENCES public.dialogs(id);
--
-- Name: edits fk_edits_message_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.edits
    ADD CONSTRAINT fk_edits_message_id FOREIGN KEY (message_id) REFERENCES public.messages(id);
--
-- Name: foreign_refs fk_foreign_refs_message_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.foreign_refs
    ADD CONSTRAINT fk_foreign_refs_message_id FOREIGN KEY (message_id) REFERENCES public.messages(id);
--
-- Name: identities fk_identities_contact_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.identities
    ADD CONSTRAINT fk_identities_contact_id FOREIGN KEY (contact_id) REFERENCES public.contacts(id);
--
-- Name: interests fk_interests_author; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.interests
    ADD CONSTRAINT fk_interests_author FOREIGN KEY (author) REFERENCES public.operators(id);
--
-- Name: interests fk_interests_contact_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.interests
    ADD CONSTRAINT fk_interests_contact_id FOREIGN KEY (contact_id) REFERENCES public.contacts(id);
--
-- Name: marks fk_marks_message_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.marks
    ADD CONSTRAINT fk_marks_message_id FOREIGN KEY (message_id) REFERENCES public.messages(id);
--
-- Name: merged_chats fk_merged_chats_merge_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.merged_chats
    ADD CONSTRAINT fk_merged_chats_merge_id FOREIGN KEY (merge_id) REFERENCES public.merges(id);
--
-- Name: merges fk_merges_kept; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.merges
    ADD CONSTRAINT fk_merges_kept FOREIGN KEY (kept) REFERENCES public.contacts(id);
--
-- Name: merges fk_merges_merged; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.merges
    ADD CONSTRAINT fk_merges_merged FOREIGN KEY (merged) REFERENCES public.contacts(id);
--
-- Name: merges fk_merges_operator_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.merges
    ADD CONSTRAINT fk_merges_operator_id FOREIGN KEY (operator_id) REFERENCES public.operators(id);
--
-- Name: message_interests fk_message_interests_interest_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.message_interests
    ADD CONSTRAINT fk_message_interests_interest_id FOREIGN KEY (interest_id) REFERENCES public.interests(id);
--
-- Name: message_interests fk_message_interests_message_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.message_interests
    ADD CONSTRAINT fk_message_interests_message_id FOREIGN KEY (message_id) REFERENCES public.messages(id);
--
-- Name: messages fk_messages_dialog_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT fk_messages_dialog_id FOREIGN KEY (dialog_id) REFERENCES public.dialogs(id);
--
-- Name: messages fk_messages_operator_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT fk_messages_operator_id FOREIGN KEY (operator_id) REFERENCES public.operators(id);
--
-- Name: parcels fk_parcels_lane_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.parcels
    ADD CONSTRAINT fk_parcels_lane_id FOREIGN KEY (lane_id) REFERENCES public.lanes(id);
--
-- Name: posts fk_posts_message_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.posts
    ADD CONSTRAINT fk_posts_message_id FOREIGN KEY (message_id) REFERENCES public.messages(id);
--
-- Name: tasks fk_tasks_author; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT fk_tasks_author FOREIGN KEY (author) REFERENCES public.operators(id);
--
-- Name: tasks fk_tasks_dialog_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT fk_tasks_dialog_id FOREIGN KEY (dialog_id) REFERENCES public.dialogs(id);
--
-- PostgreSQL database dump complete
--
