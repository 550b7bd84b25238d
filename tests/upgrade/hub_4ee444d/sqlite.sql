BEGIN TRANSACTION;
CREATE TABLE account_changes (
	id INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	operator_id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	what TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	CONSTRAINT pk_account_changes PRIMARY KEY (id), 
	CONSTRAINT fk_account_changes_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
);
INSERT INTO "account_changes" VALUES(1,'',6,1793610040352499,'roles','','night: —');
INSERT INTO "account_changes" VALUES(2,'',6,1793610040455986,'roles','night: —','night: @anna');
INSERT INTO "account_changes" VALUES(3,'',6,1793610040595992,'roles','night: @anna','night: @anna, @olga');
CREATE TABLE accounts (
	name TEXT NOT NULL, 
	rules TEXT NOT NULL, 
	CONSTRAINT pk_accounts PRIMARY KEY (name)
);
INSERT INTO "accounts" VALUES('shop','{"responsible":"boris","reason_required":false,"reasons":["Bought","Spam"],"grants":[{"subject":"anna","read":true,"send":true,"administer":true},{"subject":"olga","read":true,"send":true,"administer":false},{"subject":"sales","read":true,"send":true,"administer":false},{"subject":"trainees","read":true,"send":false,"administer":false},{"subject":"zoe","read":true,"send":false,"administer":false}],"everyone_reads":true,"retired":[],"leads":true,"unknown_are":"potential","link_interest":true,"greeting":"","hours":{"zone":"UTC","days":[[],[],[],[],[],[],[]],"country":"","holidays":[],"workdays":[]},"out_of_hours":"","keywords":[],"bot":{"url":"","seconds":10.0},"deadlines":{"first":0,"following":0,"warning":5,"escalate":""},"threads":"dialog","everyone_sends":true}');
INSERT INTO "accounts" VALUES('market','{"responsible":"dora","reason_required":false,"reasons":[],"grants":[{"subject":"dora","read":true,"send":true,"administer":true}],"everyone_reads":true,"retired":[],"leads":true,"unknown_are":"potential","link_interest":true,"greeting":"","hours":{"zone":"UTC","days":[[],[],[],[],[],[],[]],"country":"","holidays":[],"workdays":[]},"out_of_hours":"","keywords":[],"bot":{"url":"","seconds":10.0},"deadlines":{"first":0,"following":0,"warning":5,"escalate":""},"threads":"dialog","everyone_sends":true}');
INSERT INTO "accounts" VALUES('site','{"responsible":"","reason_required":false,"reasons":[],"grants":[{"subject":"clara","read":true,"send":false,"administer":false}],"everyone_reads":true,"retired":[],"leads":true,"unknown_are":"potential","link_interest":true,"greeting":"","hours":{"zone":"UTC","days":[[],[],[],[],[],[],[]],"country":"","holidays":[],"workdays":[]},"out_of_hours":"","keywords":[],"bot":{"url":"","seconds":10.0},"deadlines":{"first":0,"following":0,"warning":5,"escalate":""},"threads":"dialog","everyone_sends":true}');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE assignees (
	operator_id INTEGER NOT NULL, 
	task_id INTEGER NOT NULL, 
	done_at BIGINT, 
	remind_at BIGINT, 
	CONSTRAINT pk_assignees PRIMARY KEY (operator_id, task_id), 
	CONSTRAINT fk_assignees_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id), 
	CONSTRAINT fk_assignees_task_id FOREIGN KEY(task_id) REFERENCES tasks (id)
)
 WITHOUT ROWID

;
INSERT INTO "assignees" VALUES(4,1,NULL,1793620835479609);
INSERT INTO "assignees" VALUES(5,2,NULL,1793689200000000);
INSERT INTO "assignees" VALUES(8,3,NULL,1793689200000000);
CREATE TABLE choices (
	operator_id INTEGER NOT NULL, 
	message_id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_choices PRIMARY KEY (operator_id, message_id), 
	CONSTRAINT fk_choices_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id), 
	CONSTRAINT fk_choices_message_id FOREIGN KEY(message_id) REFERENCES messages (id)
)
 WITHOUT ROWID

;
CREATE TABLE coexecutors (
	operator_id INTEGER NOT NULL, 
	dialog_id INTEGER NOT NULL, fresh BOOLEAN DEFAULT (false) NOT NULL, 
	CONSTRAINT pk_coexecutors PRIMARY KEY (operator_id, dialog_id), 
	CONSTRAINT fk_coexecutors_dialog_id FOREIGN KEY(dialog_id) REFERENCES dialogs (id), 
	CONSTRAINT fk_coexecutors_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
)
 WITHOUT ROWID

;
CREATE TABLE contacts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name TEXT DEFAULT ('') NOT NULL, 
	phone TEXT DEFAULT ('') NOT NULL, 
	email TEXT DEFAULT ('') NOT NULL, 
	picture TEXT, 
	folded TEXT DEFAULT ('') NOT NULL, 
	dialogs INTEGER DEFAULT 0 NOT NULL
, kind TEXT DEFAULT 'potential' NOT NULL, phone_key TEXT DEFAULT '' NOT NULL, email_key TEXT DEFAULT '' NOT NULL, merged_into INTEGER, phone_proven BOOLEAN DEFAULT false NOT NULL, email_proven BOOLEAN DEFAULT false NOT NULL);
INSERT INTO "contacts" VALUES(1,'Vera Lee','+7 999 123-45-67','',NULL,'vera lee +7 999 123-45-67',2,'potential','+79991234567','',NULL,0,0);
INSERT INTO "contacts" VALUES(2,'Wim','','',NULL,'wim',1,'potential','','',NULL,0,0);
INSERT INTO "contacts" VALUES(3,'Xenia','','',NULL,'xenia',1,'potential','','',NULL,0,0);
INSERT INTO "contacts" VALUES(4,'Yana','','',NULL,'yana',1,'potential','','',NULL,0,0);
INSERT INTO "contacts" VALUES(5,'V. Lee','+7 999 123-45-67','',NULL,'v. lee +7 999 123-45-67',0,'potential','+79991234567','',1,0,0);
INSERT INTO "contacts" VALUES(6,'Zina','','',NULL,'zina',1,'potential','','',NULL,0,0);
INSERT INTO "contacts" VALUES(7,'Yuri','','',NULL,'yuri',1,'potential','','',NULL,0,0);
CREATE TABLE crm_contacts (
	contact_id INTEGER NOT NULL, 
	ref TEXT DEFAULT '' NOT NULL, 
	answered_at BIGINT, 
	CONSTRAINT pk_crm_contacts PRIMARY KEY (contact_id), 
	CONSTRAINT fk_crm_contacts_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id)
);
CREATE TABLE cursors (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_cursors PRIMARY KEY (name)
);
INSERT INTO "cursors" VALUES('windows','2026-11-02T09:00:31.322431+00:00');
INSERT INTO "cursors" VALUES('read:main','2026-11-02T08:59:31.251652+00:00');
INSERT INTO "cursors" VALUES('read:office','2026-11-02T08:59:31.251000+00:00');
INSERT INTO "cursors" VALUES('read:web','2026-11-02T08:59:31.281051+00:00');
CREATE TABLE dead_parcels (
	id INTEGER NOT NULL, 
	destination TEXT NOT NULL, 
	lane TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	payload TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	died_at BIGINT NOT NULL, 
	error TEXT NOT NULL, 
	CONSTRAINT pk_dead_parcels PRIMARY KEY (id)
);
INSERT INTO "dead_parcels" VALUES(1,'account:market','chat:2001','98bacc559f7fc19c217193f4','send','{"message":25,"part":0}',1793610037861018,1,1793610037961787,'Telegram cannot be reached: ServerDisconnectedError');
CREATE TABLE dialogs (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	account TEXT NOT NULL, 
	chat TEXT NOT NULL, 
	contact_id INTEGER NOT NULL, 
	desk TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	opened_at BIGINT NOT NULL, 
	status TEXT NOT NULL, 
	title TEXT DEFAULT ('') NOT NULL, 
	ordinal INTEGER NOT NULL, 
	responsible INTEGER, 
	coexecutors TEXT DEFAULT ('') NOT NULL, 
	addressee_operator INTEGER, 
	addressee_role TEXT, 
	thread TEXT, 
	waiting_since BIGINT, 
	last_at BIGINT, 
	last_words TEXT DEFAULT ('') NOT NULL, 
	closed_at BIGINT, 
	reason TEXT DEFAULT ('') NOT NULL, 
	comment TEXT DEFAULT ('') NOT NULL, 
	blocked BOOLEAN DEFAULT (false) NOT NULL, 
	waits BOOLEAN DEFAULT (false) NOT NULL, 
	active_at BIGINT NOT NULL, 
	title_folded TEXT DEFAULT ('') NOT NULL, 
	words_folded TEXT DEFAULT ('') NOT NULL, heard_at BIGINT, interest_id INTEGER CONSTRAINT fk_dialogs_interest_id REFERENCES interests (id), source_id INTEGER CONSTRAINT fk_dialogs_source_id REFERENCES dialogs (id), continues_id INTEGER CONSTRAINT fk_dialogs_continues_id REFERENCES dialogs (id), passed_by INTEGER CONSTRAINT fk_dialogs_passed_by REFERENCES operators (id), answered_at BIGINT, lead BOOLEAN DEFAULT true NOT NULL, bot BOOLEAN DEFAULT false NOT NULL, alarm INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT fk_dialogs_addressee_operator FOREIGN KEY(addressee_operator) REFERENCES operators (id), 
	CONSTRAINT fk_dialogs_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id), 
	CONSTRAINT fk_dialogs_responsible FOREIGN KEY(responsible) REFERENCES operators (id)
);
INSERT INTO "dialogs" VALUES(1,'shop','1000',1,'main','C0FAKE00001',1793610034000000,'in_progress','',1,4,'',NULL,NULL,'1793610034.424756',1793610042000000,1793610042000000,'One more thing: two boxes, please',NULL,'','',0,1,1793610042000000,'','one more thing: two boxes, please',1793610042000000,1,NULL,NULL,NULL,1793610034970789,1,0,0);
INSERT INTO "dialogs" VALUES(2,'shop','1000',1,'main','C0FAKE00001',1793610035735960,'for_review','',1,NULL,'',5,NULL,'1793610035.818846',NULL,1793610035735960,'Good morning, have you got green tea? Зелёный чай?',NULL,'','',0,0,1793610035735960,'','good morning, have you got green tea? зеленый чай?',NULL,NULL,1,NULL,4,NULL,0,0,0);
INSERT INTO "dialogs" VALUES(3,'shop','1001',2,'main','C0FAKE00001',1793610036000000,'returned','',1,NULL,'',NULL,'sales','1793610036.353878',1793610036000000,1793610036000000,'Where is my order?',NULL,'','',0,1,1793610036000000,'','where is my order?',1793610036000000,NULL,NULL,NULL,NULL,NULL,1,0,0);
INSERT INTO "dialogs" VALUES(4,'shop','1002',3,'main','C0FAKE00001',1793610036000000,'closed','',1,4,'',NULL,NULL,'1793610036.767084',NULL,1793610037052361,'We are glad',1793610037186648,'','Bought',0,0,1793610037052361,'','we are glad',1793610036000000,NULL,NULL,NULL,NULL,1793610037052361,1,0,0);
INSERT INTO "dialogs" VALUES(5,'market','2001',4,'office','channelxxxxxxxxxxxxxxxxxx2',1793610037000000,'in_progress','',1,7,'',NULL,NULL,'postxxxxxxxxxxxxxxxxxxxx16',NULL,1793610042759576,'Or do you fetch it?',NULL,'','',0,0,1793610042759576,'','or do you fetch it?',1793610037000000,NULL,NULL,NULL,NULL,1793610037666817,1,0,0);
INSERT INTO "dialogs" VALUES(6,'market','2002',1,'office','channelxxxxxxxxxxxxxxxxxx2',1793610038000000,'in_progress','',2,7,'',NULL,NULL,'postxxxxxxxxxxxxxxxxxxxx31',1793610038000000,1793610038000000,'Hello, it is Vera of the green tea',NULL,'','',0,1,1793610038000000,'','hello, it is vera of the green tea',1793610038000000,2,NULL,NULL,NULL,NULL,1,0,0);
INSERT INTO "dialogs" VALUES(7,'site','tFbj4JViiMvJylU6CLGNswBR',6,'web','web',1793610039259920,'in_progress','',1,1,'',NULL,NULL,'7',NULL,1793610039648557,'Our catalogue 📎 catalogue.txt',NULL,'','',0,0,1793610039648557,'','our catalogue 📎 catalogue.txt',1793610039259920,NULL,NULL,NULL,NULL,1793610039514038,1,0,0);
INSERT INTO "dialogs" VALUES(8,'site','F9GQgeRAv-Zv7BPVRGkarhDF',7,'web','web',1793610040199088,'new','',1,NULL,'',NULL,NULL,'8',1793610040199088,1793610040199088,'Is anybody there?',NULL,'','',0,1,1793610040199088,'','is anybody there?',1793610040199088,NULL,NULL,NULL,NULL,NULL,1,0,0);
CREATE TABLE early_receipts (
	id INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	chat TEXT NOT NULL, 
	ref TEXT NOT NULL, 
	receipt TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_early_receipts PRIMARY KEY (id)
);
CREATE TABLE edits (
	message_id INTEGER NOT NULL, 
	CONSTRAINT pk_edits PRIMARY KEY (message_id), 
	CONSTRAINT fk_edits_message_id FOREIGN KEY(message_id) REFERENCES messages (id)
);
INSERT INTO "edits" VALUES(31);
CREATE TABLE foreign_refs (
	account TEXT NOT NULL, 
	chat TEXT NOT NULL, 
	ref TEXT NOT NULL, 
	message_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_foreign_refs PRIMARY KEY (account, chat, ref), 
	CONSTRAINT fk_foreign_refs_message_id FOREIGN KEY(message_id) REFERENCES messages (id)
)
 WITHOUT ROWID

;
INSERT INTO "foreign_refs" VALUES('market','2001','101',21,0);
INSERT INTO "foreign_refs" VALUES('market','2001','102',23,0);
INSERT INTO "foreign_refs" VALUES('market','2002','104',28,0);
INSERT INTO "foreign_refs" VALUES('shop','1000','101',1,0);
INSERT INTO "foreign_refs" VALUES('shop','1000','102',3,0);
INSERT INTO "foreign_refs" VALUES('shop','1000','103',4,0);
INSERT INTO "foreign_refs" VALUES('shop','1000','104',6,0);
INSERT INTO "foreign_refs" VALUES('shop','1000','108',40,0);
INSERT INTO "foreign_refs" VALUES('shop','1001','105',15,0);
INSERT INTO "foreign_refs" VALUES('shop','1002','106',17,0);
INSERT INTO "foreign_refs" VALUES('shop','1002','107',19,0);
INSERT INTO "foreign_refs" VALUES('site','F9GQgeRAv-Zv7BPVRGkarhDF','message-1',39,0);
INSERT INTO "foreign_refs" VALUES('site','tFbj4JViiMvJylU6CLGNswBR','7bf475370d2830bf7fd34008',36,0);
INSERT INTO "foreign_refs" VALUES('site','tFbj4JViiMvJylU6CLGNswBR','f0c9d54d383aab58db88b0a7',37,0);
INSERT INTO "foreign_refs" VALUES('site','tFbj4JViiMvJylU6CLGNswBR','message-1',34,0);
CREATE TABLE grams (
	gram INTEGER NOT NULL, 
	block INTEGER NOT NULL, 
	posting BLOB NOT NULL, 
	CONSTRAINT pk_grams PRIMARY KEY (gram, block)
)
 WITHOUT ROWID

;
CREATE TABLE identities (
	account TEXT NOT NULL, 
	chat TEXT NOT NULL, 
	contact_id INTEGER NOT NULL, 
	username TEXT DEFAULT ('') NOT NULL, 
	blocked BOOLEAN DEFAULT (false) NOT NULL, name TEXT, phone TEXT, email TEXT, 
	CONSTRAINT pk_identities PRIMARY KEY (account, chat), 
	CONSTRAINT fk_identities_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id)
)
 WITHOUT ROWID

;
INSERT INTO "identities" VALUES('market','2001',4,'',0,'Yana','','');
INSERT INTO "identities" VALUES('market','2002',1,'',0,'V. Lee','','');
INSERT INTO "identities" VALUES('shop','1000',1,'',0,'Vera Lee','','');
INSERT INTO "identities" VALUES('shop','1001',2,'',0,'Wim','','');
INSERT INTO "identities" VALUES('shop','1002',3,'',0,'Xenia','','');
INSERT INTO "identities" VALUES('site','F9GQgeRAv-Zv7BPVRGkarhDF',7,'',0,'Yuri','','');
INSERT INTO "identities" VALUES('site','tFbj4JViiMvJylU6CLGNswBR',6,'',0,'Zina','','');
CREATE TABLE inbox (
	source TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_inbox PRIMARY KEY (source, "key")
)
 WITHOUT ROWID

;
INSERT INTO "inbox" VALUES('account:market','1001',1793610037389086);
INSERT INTO "inbox" VALUES('account:market','1002',1793610038479041);
INSERT INTO "inbox" VALUES('account:shop','1001',1793610034277874);
INSERT INTO "inbox" VALUES('account:shop','1002',1793610035089698);
INSERT INTO "inbox" VALUES('account:shop','1003',1793610036286415);
INSERT INTO "inbox" VALUES('account:shop','1004',1793610036637761);
INSERT INTO "inbox" VALUES('account:shop','1005',1793610042541144);
INSERT INTO "inbox" VALUES('account:site','message F9GQgeRAv-Zv7BPVRGkarhDF message-1',1793610040199263);
INSERT INTO "inbox" VALUES('account:site','message tFbj4JViiMvJylU6CLGNswBR message-1',1793610039260101);
INSERT INTO "inbox" VALUES('desk:main','C0FAKE00001:1793610034.471255',1793610034492939);
INSERT INTO "inbox" VALUES('desk:main','C0FAKE00001:1793610034.645166',1793610034964391);
INSERT INTO "inbox" VALUES('desk:main','C0FAKE00001:1793610035.062001',1793610035090903);
INSERT INTO "inbox" VALUES('desk:main','C0FAKE00001:1793610035.279037',1793610035281216);
INSERT INTO "inbox" VALUES('desk:main','C0FAKE00001:1793610035.434490',1793610035479398);
INSERT INTO "inbox" VALUES('desk:main','C0FAKE00001:1793610035.622798',1793610035624363);
INSERT INTO "inbox" VALUES('desk:main','C0FAKE00001:1793610035.696587',1793610035733750);
INSERT INTO "inbox" VALUES('desk:main','C0FAKE00001:1793610036.124970',1793610036152334);
INSERT INTO "inbox" VALUES('desk:main','C0FAKE00001:1793610036.434374',1793610036457627);
INSERT INTO "inbox" VALUES('desk:main','C0FAKE00001:1793610036.862391',1793610036863772);
INSERT INTO "inbox" VALUES('desk:main','C0FAKE00001:1793610037.034575',1793610037051774);
INSERT INTO "inbox" VALUES('desk:main','command:106.T0FAKE0001.trigger',1793610040455599);
INSERT INTO "inbox" VALUES('desk:main','command:11.T0FAKE0001.trigger',1793610033461748);
INSERT INTO "inbox" VALUES('desk:main','command:118.T0FAKE0001.trigger',1793610040595497);
INSERT INTO "inbox" VALUES('desk:main','command:3.T0FAKE0001.trigger',1793610033203022);
INSERT INTO "inbox" VALUES('desk:main','command:44.T0FAKE0001.trigger',1793610035841289);
INSERT INTO "inbox" VALUES('desk:main','command:7.T0FAKE0001.trigger',1793610033337862);
INSERT INTO "inbox" VALUES('desk:main','command:81.T0FAKE0001.trigger',1793610037186341);
INSERT INTO "inbox" VALUES('desk:main','command:82.T0FAKE0001.trigger',1793610037325013);
INSERT INTO "inbox" VALUES('desk:main','command:94.T0FAKE0001.trigger',1793610040350752);
INSERT INTO "inbox" VALUES('desk:main','form:V0FAKE00022:52.T0FAKE0001.trigger',1793610035925791);
INSERT INTO "inbox" VALUES('desk:main','reaction:C0FAKE00001:1793610034.469882:U0FAKE00004:bookmark:on:1793610035.434465',1793610035467627);
INSERT INTO "inbox" VALUES('desk:main','reaction:C0FAKE00001:1793610034.469882:U0FAKE00004:star:on:1793610035.434396',1793610035455410);
INSERT INTO "inbox" VALUES('desk:office','command:575f2105aad0757dde25d80424e404d6',1793610033611912);
INSERT INTO "inbox" VALUES('desk:office','command:6aa6ec6d68dea4614ef9238f5ab54871',1793610038646454);
INSERT INTO "inbox" VALUES('desk:office','command:9cf7f318f22a24010b5422a060e900ad',1793610034187380);
INSERT INTO "inbox" VALUES('desk:office','command:b451b24cfabbde00be07e3c30b5ce243',1793610033716878);
INSERT INTO "inbox" VALUES('desk:office','command:fb331b8d67722b88830c1af87c8c5935',1793610039217828);
INSERT INTO "inbox" VALUES('desk:office','form:7e26fb55d0eb405d8d883af08b3564cb',1793610038674345);
INSERT INTO "inbox" VALUES('desk:office','post:postxxxxxxxxxxxxxxxxxxxx18',1793610037550532);
INSERT INTO "inbox" VALUES('desk:office','post:postxxxxxxxxxxxxxxxxxxxx20',1793610037666227);
INSERT INTO "inbox" VALUES('desk:office','post:postxxxxxxxxxxxxxxxxxxxx21',1793610037801353);
INSERT INTO "inbox" VALUES('desk:office','post:postxxxxxxxxxxxxxxxxxxxx22',1793610037860184);
INSERT INTO "inbox" VALUES('desk:office','post:postxxxxxxxxxxxxxxxxxxxx24',1793610038153965);
INSERT INTO "inbox" VALUES('desk:office','post:postxxxxxxxxxxxxxxxxxxxx29',1793610038317390);
INSERT INTO "inbox" VALUES('desk:office','post:postxxxxxxxxxxxxxxxxxxxx44',1793610042691381);
INSERT INTO "inbox" VALUES('desk:office','post:postxxxxxxxxxxxxxxxxxxxx45',1793610042759081);
INSERT INTO "inbox" VALUES('desk:office','press:8ae1452df3da4c19ebf18701fa8eaddf',1793610038958551);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-1',1793610033974516);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-10',1793610041678754);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-11',1793610041833512);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-12',1793610041923290);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-13',1793610042016551);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-14',1793610042119820);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-15',1793610042195652);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-16',1793610042248242);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-17',1793610042279803);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-18',1793610042363610);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-19',1793610042482917);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-3',1793610039428705);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-4',1793610039513524);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-5',1793610039647173);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-6',1793610040057172);
INSERT INTO "inbox" VALUES('desk:web','anna:born-in-a-page-9',1793610040252149);
INSERT INTO "inbox" VALUES('desk:web','boris:born-in-a-page-2',1793610034110099);
INSERT INTO "inbox" VALUES('desk:web','boris:born-in-a-page-7',1793610040098901);
INSERT INTO "inbox" VALUES('desk:web','boris:born-in-a-page-8',1793610040103855);
CREATE TABLE interests (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	contact_id INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	author INTEGER, 
	open BOOLEAN DEFAULT true NOT NULL, 
	stage TEXT DEFAULT '' NOT NULL, 
	comment TEXT DEFAULT '' NOT NULL, 
	url TEXT DEFAULT '' NOT NULL, 
	ref TEXT DEFAULT '' NOT NULL, 
	version TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT fk_interests_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id), 
	CONSTRAINT fk_interests_author FOREIGN KEY(author) REFERENCES operators (id)
);
INSERT INTO "interests" VALUES(1,1,'Green tea',1793610035926157,4,1,'','','','','');
INSERT INTO "interests" VALUES(2,1,'Cups',1793610038674674,7,1,'','','','','');
CREATE TABLE lanes (
	id INTEGER NOT NULL, 
	destination TEXT NOT NULL, 
	name TEXT NOT NULL, 
	urgency INTEGER NOT NULL, 
	due_at BIGINT NOT NULL, 
	fence TEXT, 
	owner TEXT, 
	begun INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_lanes PRIMARY KEY (id)
);
INSERT INTO "lanes" VALUES(2,'desk:main','dialog:1',1,1793610062581730,NULL,NULL,0);
INSERT INTO "lanes" VALUES(3,'account:market','chat:2001',0,1793610053343051,'7d231305d3a8a53d','hub:8440:45e0405d',1);
INSERT INTO "lanes" VALUES(4,'desk:office','mark:41',3,1793610044692169,NULL,NULL,0);
INSERT INTO "lanes" VALUES(5,'desk:office','mark:42',3,1793610044759845,NULL,NULL,0);
CREATE TABLE leases (
	name TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	until BIGINT NOT NULL, 
	CONSTRAINT pk_leases PRIMARY KEY (name)
);
CREATE TABLE letters (
	account TEXT NOT NULL, 
	sequence INTEGER NOT NULL, 
	chat TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	body TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_letters PRIMARY KEY (account, sequence)
)
 WITHOUT ROWID

;
INSERT INTO "letters" VALUES('site',1,'tFbj4JViiMvJylU6CLGNswBR','customer tFbj4JViiMvJylU6CLGNswBR message-1','{"type":"message","from":"customer","message":"message-1","said":{"content":{"text":{"spans":[{"text":"Are you open on Sunday?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]},"author":"","reply_to":null}}',1793610039281242);
INSERT INTO "letters" VALUES('site',2,'tFbj4JViiMvJylU6CLGNswBR','7bf475370d2830bf7fd34008','{"type":"message","said":{"content":{"text":{"spans":[{"text":"From ten to six","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]},"author":"anna","reply_to":null}}',1793610039553642);
INSERT INTO "letters" VALUES('site',3,'tFbj4JViiMvJylU6CLGNswBR','f0c9d54d383aab58db88b0a7','{"type":"message","said":{"content":{"text":{"spans":[{"text":"Our catalogue","style":0,"link":"","language":""}]},"attachments":[{"kind":"file","file":{"origin":"hub","id":"80bd7d068b58d31a4c2bbd7ac45ff06f"},"name":"catalogue.txt","mime":"text/plain","size":18,"seconds":null,"emoji":"","linked":false,"type":"media"}],"quote":null,"forwarded":[]},"author":"anna","reply_to":null}}',1793610039698501);
INSERT INTO "letters" VALUES('site',4,'F9GQgeRAv-Zv7BPVRGkarhDF','customer F9GQgeRAv-Zv7BPVRGkarhDF message-1','{"type":"message","from":"customer","message":"message-1","said":{"content":{"text":{"spans":[{"text":"Is anybody there?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]},"author":"","reply_to":null}}',1793610040202780);
CREATE TABLE loose_files (
	id TEXT NOT NULL, 
	until BIGINT NOT NULL, 
	CONSTRAINT pk_loose_files PRIMARY KEY (id)
);
INSERT INTO "loose_files" VALUES('768c7db123af003e778a641973f5783d',1794214840108755);
CREATE TABLE marks (
	message_id INTEGER NOT NULL, 
	mark TEXT NOT NULL, 
	CONSTRAINT pk_marks PRIMARY KEY (message_id), 
	CONSTRAINT fk_marks_message_id FOREIGN KEY(message_id) REFERENCES messages (id)
);
INSERT INTO "marks" VALUES(3,'✅');
INSERT INTO "marks" VALUES(5,'🔒');
INSERT INTO "marks" VALUES(6,'✅');
INSERT INTO "marks" VALUES(19,'✅');
INSERT INTO "marks" VALUES(23,'✅');
INSERT INTO "marks" VALUES(24,'🔒');
INSERT INTO "marks" VALUES(25,'❔');
INSERT INTO "marks" VALUES(36,'✅');
INSERT INTO "marks" VALUES(37,'✅');
INSERT INTO "marks" VALUES(38,'🔒');
CREATE TABLE merged_chats (
	merge_id INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	chat TEXT NOT NULL, 
	CONSTRAINT pk_merged_chats PRIMARY KEY (account, chat, merge_id), 
	CONSTRAINT fk_merged_chats_merge_id FOREIGN KEY(merge_id) REFERENCES merges (id)
)
 WITHOUT ROWID

;
INSERT INTO "merged_chats" VALUES(1,'market','2002');
CREATE TABLE merges (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kept INTEGER NOT NULL, 
	merged INTEGER NOT NULL, 
	moved TEXT NOT NULL, 
	why TEXT NOT NULL, 
	operator_id INTEGER, 
	at BIGINT NOT NULL, 
	undone_at BIGINT, 
	CONSTRAINT fk_merges_kept FOREIGN KEY(kept) REFERENCES contacts (id), 
	CONSTRAINT fk_merges_merged FOREIGN KEY(merged) REFERENCES contacts (id), 
	CONSTRAINT fk_merges_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
);
INSERT INTO "merges" VALUES(1,1,5,'{"told":[["market","2002","V. Lee","",""]],"interests":[2],"before":{"name":"Vera Lee","phone":"+7 999 123-45-67","email":"","picture":null,"folded":"vera lee +7 999 123-45-67","kind":"potential","phone_key":"+79991234567","phone_proven":false,"email_key":"","email_proven":false},"ref":""}','',7,1793610038959200,NULL);
CREATE TABLE message_interests (
	message_id INTEGER NOT NULL, 
	interest_id INTEGER NOT NULL, 
	CONSTRAINT pk_message_interests PRIMARY KEY (message_id), 
	CONSTRAINT fk_message_interests_message_id FOREIGN KEY(message_id) REFERENCES messages (id), 
	CONSTRAINT fk_message_interests_interest_id FOREIGN KEY(interest_id) REFERENCES interests (id)
);
CREATE TABLE messages (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	dialog_id INTEGER NOT NULL, 
	author TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	content TEXT NOT NULL, 
	operator_id INTEGER, 
	delivery TEXT NOT NULL, 
	failure TEXT DEFAULT ('') NOT NULL, 
	detail TEXT DEFAULT ('') NOT NULL, 
	important BOOLEAN DEFAULT (false) NOT NULL, 
	edited_at BIGINT, 
	deleted_at BIGINT, 
	reply_to INTEGER, 
	line TEXT, 
	reactions TEXT DEFAULT ('') NOT NULL, 
	revision INTEGER NOT NULL, 
	words TEXT DEFAULT ('') NOT NULL, 
	parts TEXT DEFAULT ('') NOT NULL, holds INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT fk_messages_dialog_id FOREIGN KEY(dialog_id) REFERENCES dialogs (id), 
	CONSTRAINT fk_messages_operator_id FOREIGN KEY(operator_id) REFERENCES operators (id)
);
INSERT INTO "messages" VALUES(1,1,'customer',1793610034000000,'{"text":{"spans":[{"text":"Good morning, have you got green tea? Зелёный чай?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',1,NULL,NULL,NULL,NULL,'',9,'good morning, have you got green tea? зеленый чай?','',0);
INSERT INTO "messages" VALUES(2,1,'hub',1793610034511824,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"accepted","values":{"by":"4"}}','',2,'','',0);
INSERT INTO "messages" VALUES(3,1,'operator',1793610034645166,'{"text":{"spans":[{"text":"We have, fresh from Monday","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',4,'sent','','',0,NULL,NULL,NULL,NULL,'',4,'we have, fresh from monday',',',0);
INSERT INTO "messages" VALUES(4,1,'customer',1793610035000000,'{"text":{"spans":[{"text":"This one?","style":0,"link":"","language":""}]},"attachments":[{"kind":"photo","file":{"origin":"account:shop","id":"BQACAgIAAxkBAAI00000002"},"name":"","mime":"image/jpeg","size":70,"seconds":null,"emoji":"","linked":false,"type":"media"}],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,NULL,'',5,'this one?','',1);
INSERT INTO "messages" VALUES(5,1,'note',1793610035062001,'{"text":{"spans":[{"text":"the margin is 40%","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',4,'internal','','',0,NULL,NULL,NULL,NULL,'',6,'the margin is 40%','',0);
INSERT INTO "messages" VALUES(6,1,'operator',1793610035279037,'{"text":{"spans":[{"text":"All prices","style":0,"link":"","language":""}]},"attachments":[{"kind":"file","file":{"origin":"desk:main","id":"F0FAKE00015"},"name":"prices.txt","mime":"text/plain","size":24,"seconds":null,"emoji":"","linked":false,"type":"media"}],"quote":null,"forwarded":[]}',4,'sent','','',0,NULL,NULL,NULL,NULL,'',8,'all prices prices.txt',',',2);
INSERT INTO "messages" VALUES(7,1,'hub',1793610035467192,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"starred","values":{"by":"4","words":"Good morning, have you got green tea? Зелёный чай?"}}','',10,'','',0);
INSERT INTO "messages" VALUES(8,1,'hub',1793610035495481,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"task","values":{"by":"4","words":"call Vera back","due":"Mon 2 Nov, 15:00 (Europe/Moscow)"}}','',11,'','',0);
INSERT INTO "messages" VALUES(9,1,'hub',1793610035639601,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"assignment","values":{"by":"4","words":"send the samples","due":"Tue 3 Nov, 10:00 (Europe/Moscow)","people":"Boris Petrova"}}','',12,'','',0);
INSERT INTO "messages" VALUES(10,2,'hub',1793610035737231,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"for_review","values":{"by":"4","to":"5","comment":"you know these"}}','',1,'','',0);
INSERT INTO "messages" VALUES(11,2,'note',1793610035735960,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[{"author":"Vera Lee · 2 Nov, 09:00","content":{"text":{"spans":[{"text":"Good morning, have you got green tea? Зелёный чай?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]},"at":"2026-11-02T09:00:34Z"}]}',4,'internal','','',0,NULL,NULL,NULL,NULL,'',2,'vera lee · 2 nov, 09:00 good morning, have you got green tea? зеленый чай?','',0);
INSERT INTO "messages" VALUES(12,1,'hub',1793610035756525,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"passed","values":{"by":"4","to":"5","number":"2","comment":"you know these"}}','',13,'','',0);
INSERT INTO "messages" VALUES(13,1,'hub',1793610035927663,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"interest_made","values":{"by":"4","title":"Green tea"}}','',14,'','',0);
INSERT INTO "messages" VALUES(14,1,'operator',1793610036124970,'{"text":{"spans":[{"text":"Shall I send samples?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',5,'held','','',0,NULL,NULL,NULL,NULL,'',16,'shall i send samples?','',0);
INSERT INTO "messages" VALUES(15,3,'customer',1793610036000000,'{"text":{"spans":[{"text":"Where is my order?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,NULL,'',1,'where is my order?','',0);
INSERT INTO "messages" VALUES(16,3,'hub',1793610036458514,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"redirected","values":{"by":"4","to_role":"sales"}}','',2,'','',0);
INSERT INTO "messages" VALUES(17,4,'customer',1793610036000000,'{"text":{"spans":[{"text":"Thanks, the cups arrived","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,NULL,'',1,'thanks, the cups arrived','',0);
INSERT INTO "messages" VALUES(18,4,'hub',1793610036864371,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"accepted","values":{"by":"4"}}','',2,'','',0);
INSERT INTO "messages" VALUES(19,4,'operator',1793610037034575,'{"text":{"spans":[{"text":"We are glad","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',4,'sent','','',0,NULL,NULL,NULL,NULL,'',4,'we are glad',',',0);
INSERT INTO "messages" VALUES(20,4,'hub',1793610037187183,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"closed","values":{"by":"4","comment":"Bought"}}','',5,'','',0);
INSERT INTO "messages" VALUES(21,5,'customer',1793610037000000,'{"text":{"spans":[{"text":"Do you deliver to Omsk?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,NULL,'',1,'do you deliver to omsk?','',0);
INSERT INTO "messages" VALUES(22,5,'hub',1793610037551212,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"accepted","values":{"by":"7"}}','',2,'','',0);
INSERT INTO "messages" VALUES(23,5,'operator',1793610037651000,'{"text":{"spans":[{"text":"We do, in four days","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',7,'sent','','',0,NULL,NULL,NULL,NULL,'',4,'we do, in four days',',',0);
INSERT INTO "messages" VALUES(24,5,'note',1793610037772000,'{"text":{"spans":[{"text":"the lorry is late, @boris","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',7,'internal','','',0,NULL,NULL,NULL,NULL,'',5,'the lorry is late, @boris','',0);
INSERT INTO "messages" VALUES(25,5,'operator',1793610037773000,'{"text":{"spans":[{"text":"It costs 300 roubles","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',7,'unconfirmed','','',0,NULL,NULL,NULL,NULL,'',7,'it costs 300 roubles',',0,',0);
INSERT INTO "messages" VALUES(26,5,'hub',1793610038155574,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"assignment","values":{"by":"7","words":"ask the driver","due":"Tue 3 Nov, 10:00 (Europe/Moscow)","people":"Boris Petrova"}}','',8,'','',0);
INSERT INTO "messages" VALUES(27,5,'operator',1793610038304000,'{"text":{"spans":[{"text":"I call him now","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',8,'held','','',0,NULL,NULL,NULL,NULL,'',10,'i call him now','',0);
INSERT INTO "messages" VALUES(28,6,'customer',1793610038000000,'{"text":{"spans":[{"text":"Hello, it is Vera of the green tea","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,NULL,'',1,'hello, it is vera of the green tea','',0);
INSERT INTO "messages" VALUES(29,6,'hub',1793610038675187,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"accepted","values":{"by":"7"}}','',2,'','',0);
INSERT INTO "messages" VALUES(30,6,'hub',1793610038675762,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"interest_made","values":{"by":"7","title":"Cups"}}','',3,'','',0);
INSERT INTO "messages" VALUES(31,6,'hub',1793610038695185,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"alike","values":{"other":"Vera Lee","contact":"1","why":"+79991234567"}}','',5,'','',0);
INSERT INTO "messages" VALUES(32,6,'hub',1793610038987279,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"merged_by","values":{"one":"V. Lee","other":"Vera Lee","merge":"1","by":"7"}}','',6,'','',0);
INSERT INTO "messages" VALUES(33,1,'hub',1793610038987719,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"merged_by","values":{"one":"V. Lee","other":"Vera Lee","merge":"1","by":"7"}}','',17,'','',0);
INSERT INTO "messages" VALUES(34,7,'customer',1793610039259920,'{"text":{"spans":[{"text":"Are you open on Sunday?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,NULL,'',1,'are you open on sunday?','',0);
INSERT INTO "messages" VALUES(35,7,'hub',1793610039429285,'{"text":{"spans":[]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,'{"code":"accepted","values":{"by":"1"}}','',2,'','',0);
INSERT INTO "messages" VALUES(36,7,'operator',1793610039513356,'{"text":{"spans":[{"text":"From ten to six","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',1,'sent','','',0,NULL,NULL,NULL,NULL,'',4,'from ten to six',',',0);
INSERT INTO "messages" VALUES(37,7,'operator',1793610039647027,'{"text":{"spans":[{"text":"Our catalogue","style":0,"link":"","language":""}]},"attachments":[{"kind":"file","file":{"origin":"hub","id":"80bd7d068b58d31a4c2bbd7ac45ff06f"},"name":"catalogue.txt","mime":"text/plain","size":18,"seconds":null,"emoji":"","linked":false,"type":"media"}],"quote":null,"forwarded":[]}',1,'sent','','',0,NULL,NULL,NULL,NULL,'',6,'our catalogue catalogue.txt',',',2);
INSERT INTO "messages" VALUES(38,7,'note',1793610040057081,'{"text":{"spans":[{"text":"she asked last week too","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',1,'internal','','',0,NULL,NULL,NULL,NULL,'',7,'she asked last week too','',0);
INSERT INTO "messages" VALUES(39,8,'customer',1793610040199088,'{"text":{"spans":[{"text":"Is anybody there?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,NULL,'',1,'is anybody there?','',0);
INSERT INTO "messages" VALUES(40,1,'customer',1793610042000000,'{"text":{"spans":[{"text":"One more thing: two boxes, please","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',NULL,'none','','',0,NULL,NULL,NULL,NULL,'',18,'one more thing: two boxes, please','',0);
INSERT INTO "messages" VALUES(41,5,'operator',1793610042654000,'{"text":{"spans":[{"text":"Shall we send it?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',7,'pending','','',0,NULL,NULL,NULL,NULL,'',11,'shall we send it?',',0,',0);
INSERT INTO "messages" VALUES(42,5,'operator',1793610042757000,'{"text":{"spans":[{"text":"Or do you fetch it?","style":0,"link":"","language":""}]},"attachments":[],"quote":null,"forwarded":[]}',7,'pending','','',0,NULL,NULL,NULL,NULL,'',12,'or do you fetch it?',',0,',0);
CREATE TABLE notices (
	id INTEGER NOT NULL, 
	desk TEXT NOT NULL, 
	user TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	"view" TEXT NOT NULL, 
	dialog_id INTEGER, 
	"key" TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_notices PRIMARY KEY (id)
);
INSERT INTO "notices" VALUES(1,'web','anna',1,'{"rows":[{"text":{"spans":[{"text":"⚙️ Olga Petrova made the role “night”","style":1,"link":"","language":""},{"text":"\n","style":0,"link":"","language":""},{"text":"Now:","style":1,"link":"","language":""},{"text":" night: —","style":0,"link":"","language":""}]},"buttons":[],"strong":false}],"title":"","keys":["729bd2d9f1a9cd5c1c2b5a6d"],"tabs":[],"menus":[],"buttons":[],"files":[]}',NULL,'729bd2d9f1a9cd5c1c2b5a6d',1793610040531906);
INSERT INTO "notices" VALUES(2,'web','anna',2,'{"rows":[{"text":{"spans":[{"text":"⚙️ Olga Petrova changed the role “night”","style":1,"link":"","language":""},{"text":"\n","style":0,"link":"","language":""},{"text":"Before:","style":1,"link":"","language":""},{"text":" night: —\n","style":0,"link":"","language":""},{"text":"Now:","style":1,"link":"","language":""},{"text":" night: @anna","style":0,"link":"","language":""}]},"buttons":[],"strong":false}],"title":"","keys":["39e4f2893985b31af71ca7ce"],"tabs":[],"menus":[],"buttons":[],"files":[]}',NULL,'39e4f2893985b31af71ca7ce',1793610040668013);
INSERT INTO "notices" VALUES(3,'web','anna',3,'{"rows":[{"text":{"spans":[{"text":"⚙️ Olga Petrova changed the role “night”","style":1,"link":"","language":""},{"text":"\n","style":0,"link":"","language":""},{"text":"Before:","style":1,"link":"","language":""},{"text":" night: @anna\n","style":0,"link":"","language":""},{"text":"Now:","style":1,"link":"","language":""},{"text":" night: @anna, @olga","style":0,"link":"","language":""}]},"buttons":[],"strong":false}],"title":"","keys":["c0ab6f02576a89418a40d5f6"],"tabs":[],"menus":[],"buttons":[],"files":[]}',NULL,'c0ab6f02576a89418a40d5f6',1793610040732828);
CREATE TABLE operators (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	desk TEXT NOT NULL, 
	user TEXT NOT NULL, 
	name TEXT NOT NULL, 
	title TEXT NOT NULL, 
	name_folded TEXT NOT NULL, 
	title_folded TEXT NOT NULL
, zone TEXT DEFAULT '' NOT NULL, "view" TEXT DEFAULT '' NOT NULL);
INSERT INTO "operators" VALUES(1,'web','anna','anna','anna','anna','anna','Europe/Moscow','');
INSERT INTO "operators" VALUES(2,'web','boris','boris','boris','boris','boris','Asia/Yekaterinburg','');
INSERT INTO "operators" VALUES(3,'web','clara','clara','clara','clara','clara','','');
INSERT INTO "operators" VALUES(4,'main','U0FAKE00004','anna','Anna Petrova','anna','anna petrova','Europe/Moscow','');
INSERT INTO "operators" VALUES(5,'main','U0FAKE00005','boris','Boris Petrova','boris','boris petrova','Asia/Yekaterinburg','');
INSERT INTO "operators" VALUES(6,'main','U0FAKE00006','olga','Olga Petrova','olga','olga petrova','Europe/Moscow','');
INSERT INTO "operators" VALUES(7,'office','userxxxxxxxxxxxxxxxxxxxxx4','anna','Anna Petrova','anna','anna petrova','Europe/Moscow','');
INSERT INTO "operators" VALUES(8,'office','userxxxxxxxxxxxxxxxxxxxxx5','boris','Boris Petrova','boris','boris petrova','Asia/Yekaterinburg','');
INSERT INTO "operators" VALUES(9,'office','userxxxxxxxxxxxxxxxxxxxxx6','dora','Dora Petrova','dora','dora petrova','','');
CREATE TABLE parcels (
	id INTEGER NOT NULL, 
	lane_id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	payload TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	attempts INTEGER DEFAULT 0 NOT NULL, 
	doubtful BOOLEAN DEFAULT (false) NOT NULL, 
	CONSTRAINT pk_parcels PRIMARY KEY (id), 
	CONSTRAINT fk_parcels_lane_id FOREIGN KEY(lane_id) REFERENCES lanes (id)
);
INSERT INTO "parcels" VALUES(2,2,'5f8329b6a40d54dd722d82e4','post','{"dialog":1,"message":40,"channel":"C0FAKE00001"}',1793610042562816,1,0);
INSERT INTO "parcels" VALUES(3,3,'fabff50b6230851b8ef0da85','send','{"message":41,"part":0}',1793610042692149,0,0);
INSERT INTO "parcels" VALUES(4,4,'63d9b2dc9a0dd82cc5839bfd','mark','{"dialog":5,"message":41}',1793610042692180,0,0);
INSERT INTO "parcels" VALUES(5,3,'f57fc55c54b28dc38ff84563','send','{"message":42,"part":0}',1793610042759825,0,0);
INSERT INTO "parcels" VALUES(6,5,'0203f3ca06513b2ed7e8002b','mark','{"dialog":5,"message":42}',1793610042759854,0,0);
CREATE TABLE pauses (
	destination TEXT NOT NULL, 
	why TEXT NOT NULL, 
	advice TEXT NOT NULL, 
	since BIGINT NOT NULL, 
	CONSTRAINT pk_pauses PRIMARY KEY (destination)
);
CREATE TABLE posts (
	desk TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	post TEXT NOT NULL, 
	message_id INTEGER NOT NULL, 
	CONSTRAINT pk_posts PRIMARY KEY (desk, channel, post, message_id), 
	CONSTRAINT fk_posts_message_id FOREIGN KEY(message_id) REFERENCES messages (id)
)
 WITHOUT ROWID

;
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610034.469882',1);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610034.643777',2);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610034.645166',3);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610035.278143',4);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610035.062001',5);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610035.279037',6);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610035.574923',7);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610035.603255',8);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610035.695690',9);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610035.839805',10);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610035.880445',11);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610035.819163',12);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610036.102580',13);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610036.124970',14);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610036.416880',15);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610036.546367',16);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610036.835745',17);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610036.999219',18);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610037.034575',19);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610037.325986',20);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx17',21);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx19',22);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx20',23);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx21',24);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx22',25);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx27',26);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx29',27);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx32',28);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx34',29);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx35',30);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx36',31);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx38',32);
INSERT INTO "posts" VALUES('main','C0FAKE00001','1793610039.101069',33);
INSERT INTO "posts" VALUES('web','web','8e64ebecbb3d1751cd3e380d',34);
INSERT INTO "posts" VALUES('web','web','1ee838edad39768cf4b6b235',35);
INSERT INTO "posts" VALUES('web','web','anna:born-in-a-page-4',36);
INSERT INTO "posts" VALUES('web','web','anna:born-in-a-page-5',37);
INSERT INTO "posts" VALUES('web','web','anna:born-in-a-page-6',38);
INSERT INTO "posts" VALUES('web','web','b9b3df51ba0016306787e5ce',39);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx44',41);
INSERT INTO "posts" VALUES('office','channelxxxxxxxxxxxxxxxxxx2','postxxxxxxxxxxxxxxxxxxxx45',42);
CREATE TABLE roles (
	name TEXT NOT NULL, 
	members TEXT NOT NULL, gone BOOLEAN DEFAULT false NOT NULL, 
	CONSTRAINT pk_roles PRIMARY KEY (name)
);
INSERT INTO "roles" VALUES('sales','["boris"]',0);
INSERT INTO "roles" VALUES('leads','["anna"]',0);
INSERT INTO "roles" VALUES('trainees','["vlad"]',0);
INSERT INTO "roles" VALUES('night','["anna", "olga"]',0);
CREATE TABLE sequences (
	name TEXT NOT NULL, 
	last INTEGER NOT NULL, 
	CONSTRAINT pk_sequences PRIMARY KEY (name)
);
INSERT INTO "sequences" VALUES('mailbox:site',4);
INSERT INTO "sequences" VALUES('notices:web:anna',3);
CREATE TABLE tasks (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	text TEXT NOT NULL, 
	author INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	due BIGINT, 
	remind_at BIGINT, 
	dialog_id INTEGER, 
	ref TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT fk_tasks_author FOREIGN KEY(author) REFERENCES operators (id), 
	CONSTRAINT fk_tasks_dialog_id FOREIGN KEY(dialog_id) REFERENCES dialogs (id)
);
INSERT INTO "tasks" VALUES(1,'call Vera back',4,1793610035480567,1793620835479609,NULL,1,'');
INSERT INTO "tasks" VALUES(2,'send the samples',4,1793610035639232,1793689200000000,1793689200000000,1,'');
INSERT INTO "tasks" VALUES(3,'ask the driver',7,1793610038155203,1793689200000000,1793689200000000,5,'');
CREATE TABLE unreadable (
	id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	raw TEXT NOT NULL, 
	why TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_unreadable PRIMARY KEY (id)
);
CREATE INDEX ix_lanes_due ON lanes (destination, urgency, due_at);
CREATE UNIQUE INDEX uq_lanes_destination_name ON lanes (destination, name);
CREATE INDEX ix_letters_chat ON letters (account, chat, sequence);
CREATE UNIQUE INDEX uq_letters_key ON letters (account, "key");
CREATE UNIQUE INDEX uq_notices_key ON notices ("key");
CREATE UNIQUE INDEX uq_notices_number ON notices (desk, user, number);
CREATE UNIQUE INDEX uq_operators_desk_user ON operators (desk, user);
CREATE UNIQUE INDEX uq_unreadable_source_key ON unreadable (source, "key");
CREATE INDEX ix_dialogs_closed ON dialogs (active_at, id) WHERE status = 'closed';
CREATE INDEX ix_dialogs_contact ON dialogs (contact_id);
CREATE INDEX ix_identities_contact ON identities (contact_id);
CREATE INDEX ix_parcels_lane ON parcels (lane_id, id);
CREATE UNIQUE INDEX uq_parcels_key ON parcels ("key");
CREATE INDEX ix_coexecutors_dialog ON coexecutors (dialog_id);
CREATE INDEX ix_messages_dialog ON messages (dialog_id, id);
CREATE INDEX ix_messages_important ON messages (id) WHERE important;
CREATE INDEX ix_messages_revision ON messages (dialog_id, revision);
CREATE INDEX ix_messages_unread ON messages (dialog_id, id) WHERE delivery IN ('sent', 'delivered');
CREATE INDEX ix_foreign_refs_message ON foreign_refs (message_id);
CREATE INDEX ix_posts_message ON posts (message_id);
CREATE INDEX ix_early_receipts_ref ON early_receipts (account, chat, ref, id);
CREATE INDEX ix_early_receipts_at ON early_receipts (at);
CREATE INDEX ix_contacts_phone_key ON contacts (phone_key) WHERE phone_key <> '';
CREATE INDEX ix_contacts_email_key ON contacts (email_key) WHERE email_key <> '';
CREATE INDEX ix_merges_kept ON merges (kept);
CREATE INDEX ix_merges_merged ON merges (merged);
CREATE INDEX ix_merged_chats_merge ON merged_chats (merge_id);
CREATE INDEX ix_crm_contacts_ref ON crm_contacts (ref) WHERE ref <> '';
CREATE INDEX ix_interests_contact ON interests (contact_id, id);
CREATE UNIQUE INDEX uq_interests_ref ON interests (ref) WHERE ref <> '';
CREATE INDEX ix_message_interests_interest ON message_interests (interest_id);
CREATE INDEX ix_dialogs_late_first ON dialogs (account, waiting_since) WHERE waits AND alarm < 2 AND answered_at IS NULL;
CREATE INDEX ix_dialogs_late_next ON dialogs (account, waiting_since) WHERE waits AND alarm < 2 AND answered_at IS NOT NULL;
CREATE UNIQUE INDEX uq_dialogs_open ON dialogs (account, chat) WHERE status NOT IN ('closed', 'for_review');
CREATE INDEX ix_dialogs_thread ON dialogs (desk, channel, thread, id) WHERE thread IS NOT NULL;
CREATE INDEX ix_dialogs_interest ON dialogs (interest_id);
CREATE INDEX ix_dialogs_continues ON dialogs (continues_id, id);
CREATE INDEX ix_messages_answers ON messages (at) WHERE author = 'operator';
CREATE INDEX ix_dialogs_opened ON dialogs (opened_at);
CREATE INDEX ix_dialogs_ended ON dialogs (closed_at);
CREATE INDEX ix_tasks_dialog ON tasks (dialog_id);
CREATE INDEX ix_tasks_author ON tasks (author);
CREATE INDEX ix_tasks_remind ON tasks (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX ix_assignees_task ON assignees (task_id);
CREATE INDEX ix_assignees_remind ON assignees (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX ix_dialogs_role ON dialogs (addressee_role) WHERE addressee_role IS NOT NULL;
CREATE INDEX ix_account_changes_account ON account_changes (account, id);
CREATE INDEX ix_dialogs_untaken ON dialogs (waits, active_at, id) WHERE status IN ('new', 'returned', 'for_review');
CREATE INDEX ix_dialogs_taken ON dialogs (waits, active_at, id) WHERE status = 'in_progress';
CREATE INDEX ix_dialogs_responsible ON dialogs (responsible) WHERE status = 'in_progress';
CREATE INDEX ix_dialogs_addressee ON dialogs (addressee_operator) WHERE addressee_operator IS NOT NULL;
CREATE INDEX ix_dialogs_waiting ON dialogs (status, account, responsible) WHERE waiting_since IS NOT NULL AND status <> 'closed';
CREATE INDEX ix_dialogs_titled ON dialogs (title_folded) WHERE title_folded <> '';
CREATE INDEX ix_loose_files_until ON loose_files (until);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('operators',11);
INSERT INTO "sqlite_sequence" VALUES('contacts',7);
INSERT INTO "sqlite_sequence" VALUES('dialogs',8);
INSERT INTO "sqlite_sequence" VALUES('messages',42);
INSERT INTO "sqlite_sequence" VALUES('tasks',3);
INSERT INTO "sqlite_sequence" VALUES('interests',2);
INSERT INTO "sqlite_sequence" VALUES('merges',1);
COMMIT;
