BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('001');
CREATE TABLE file_components (
	id INTEGER NOT NULL, 
	watch_name VARCHAR(255), 
	filename VARCHAR(1024) NOT NULL, 
	source_path VARCHAR(4096) NOT NULL, 
	archive_path VARCHAR(4096), 
	size_bytes BIGINT, 
	status VARCHAR(16), 
	in_delivery BOOLEAN NOT NULL, 
	in_archive BOOLEAN NOT NULL, 
	group_id INTEGER, 
	error_message TEXT, 
	retry_count SMALLINT NOT NULL, 
	last_retry_at DATETIME, 
	detected_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	archived_at DATETIME, 
	cleared_at DATETIME, 
	metadata JSON, 
	PRIMARY KEY (id), 
	FOREIGN KEY(group_id) REFERENCES files (id)
);
INSERT INTO "file_components" VALUES(1,'pairs','met.txt','/PROJECT/delivery/x/met.txt','/PROJECT/archive/beta/met.txt',9,'ARCHIVED',1,1,8,NULL,0,NULL,'2026-11-21 19:22:40','2026-11-21 19:22:40',NULL,NULL);
INSERT INTO "file_components" VALUES(2,'pairs','deep.json','/PROJECT/delivery/sub/deep.json','/PROJECT/archive/beta/deep.json',19,'ARCHIVED',1,1,4,NULL,0,NULL,'2026-11-21 19:22:40','2026-11-21 19:22:40',NULL,NULL);
INSERT INTO "file_components" VALUES(3,'pairs','late.txt','/PROJECT/delivery/late.txt',NULL,18,'TIMED_OUT',1,0,6,NULL,0,NULL,'2026-11-21 19:22:40',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(4,'pairs','nowish.json','/PROJECT/delivery/nowish.json',NULL,11,'NOT_SELECTED',1,0,10,NULL,0,NULL,'2026-11-21 19:22:40',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(5,'pairs','failing.txt','/PROJECT/delivery/failing.txt',NULL,16,'FAILED',1,0,3,'[Errno 20] Not a directory: ''/PROJECT/archive/blocked/failing.txt''',1,'2026-11-21 19:22:42','2026-11-21 19:22:40',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(6,'pairs','nowish.txt','/PROJECT/delivery/nowish.txt',NULL,15,'NOT_SELECTED',1,0,10,NULL,0,NULL,'2026-11-21 19:22:40',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(7,'pairs','nokey.json','/PROJECT/delivery/nokey.json',NULL,33,'WAITING',1,0,7,NULL,0,NULL,'2026-11-21 19:22:40',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(8,'pairs','removed.json','/PROJECT/delivery/removed.json','/PROJECT/archive/gamma/removed.json',20,'ARCHIVED',0,1,9,NULL,0,NULL,'2026-11-21 19:22:40','2026-11-21 19:22:40','2026-11-21 19:22:42',NULL);
INSERT INTO "file_components" VALUES(9,'pairs','gone.txt','/PROJECT/delivery/gone.txt',NULL,31,'CLEARED',0,0,11,NULL,0,NULL,'2026-11-21 19:22:40',NULL,'2026-11-21 19:22:42',NULL);
INSERT INTO "file_components" VALUES(10,'pairs','small.txt','/PROJECT/delivery/small.txt',NULL,2,'INTEGRITY_FAILED',1,0,NULL,'File too small: 2 bytes < 3 min_size',0,NULL,'2026-11-21 19:22:40',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(11,'pairs','deep.txt','/PROJECT/delivery/sub/deep.txt','/PROJECT/archive/beta/deep.txt',17,'ARCHIVED',1,1,4,NULL,0,NULL,'2026-11-21 19:22:40','2026-11-21 19:22:40',NULL,NULL);
INSERT INTO "file_components" VALUES(12,'pairs','met.json','/PROJECT/delivery/y/met.json','/PROJECT/archive/beta/met.json',20,'ARCHIVED',1,1,8,NULL,0,NULL,'2026-11-21 19:22:40','2026-11-21 19:22:40',NULL,NULL);
INSERT INTO "file_components" VALUES(13,'pairs','a.json','/PROJECT/delivery/a.json','/PROJECT/archive/alpha/a.json',130,'ARCHIVED',1,1,1,NULL,0,NULL,'2026-11-21 19:22:40','2026-11-21 19:22:40',NULL,NULL);
INSERT INTO "file_components" VALUES(14,'pairs','changed.json','/PROJECT/delivery/changed.json','/PROJECT/archive/gamma/changed.json',20,'ARCHIVED',1,1,2,NULL,0,NULL,'2026-11-21 19:22:40','2026-11-21 19:22:40',NULL,NULL);
INSERT INTO "file_components" VALUES(15,'pairs','nokey.txt','/PROJECT/delivery/nokey.txt',NULL,14,'DETECTED',1,0,NULL,NULL,0,NULL,'2026-11-21 19:22:40',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(16,'pairs','removed.txt','/PROJECT/delivery/removed.txt','/PROJECT/archive/gamma/removed.txt',16,'ARCHIVED',0,1,9,NULL,0,NULL,'2026-11-21 19:22:40','2026-11-21 19:22:40','2026-11-21 19:22:42',NULL);
INSERT INTO "file_components" VALUES(17,'pairs','failing.json','/PROJECT/delivery/failing.json',NULL,22,'FAILED',1,0,3,'[Errno 20] Not a directory: ''/PROJECT/archive/blocked/failing.json''',1,'2026-11-21 19:22:42','2026-11-21 19:22:40',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(18,'pairs','a.txt','/PROJECT/delivery/a.txt','/PROJECT/archive/alpha/a.txt',10,'ARCHIVED',1,1,1,NULL,0,NULL,'2026-11-21 19:22:40','2026-11-21 19:22:40',NULL,NULL);
INSERT INTO "file_components" VALUES(19,'pairs','changed.txt','/PROJECT/delivery/changed.txt','/PROJECT/archive/gamma/changed.txt',16,'ARCHIVED',1,1,2,NULL,0,NULL,'2026-11-21 19:22:40','2026-11-21 19:22:40',NULL,NULL);
INSERT INTO "file_components" VALUES(20,'pairs','half.txt','/PROJECT/delivery/half.txt',NULL,26,'WAITING',1,0,5,NULL,0,NULL,'2026-11-21 19:22:40',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(21,'solo','one.dat','/PROJECT/solo/one.dat','/PROJECT/keep/flat/one.dat',11,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:40','2026-11-21 19:22:41','2026-11-21 19:22:42',NULL);
INSERT INTO "file_components" VALUES(22,'pairs','pending.txt','/PROJECT/delivery/pending.txt',NULL,16,'RETRY_PENDING',1,0,12,'[Errno 20] Not a directory: ''/PROJECT/archive/blocked/pending.txt''',0,NULL,'2026-11-21 19:22:42',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(23,'pairs','pending.json','/PROJECT/delivery/pending.json',NULL,22,'RETRY_PENDING',1,0,12,'[Errno 20] Not a directory: ''/PROJECT/archive/blocked/pending.json''',0,NULL,'2026-11-21 19:22:42',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(24,NULL,'blocked','/PROJECT/archive/blocked','/PROJECT/archive/blocked',35,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(25,NULL,'met.txt','/PROJECT/archive/beta/met.txt','/PROJECT/archive/beta/met.txt',9,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(26,NULL,'met.json','/PROJECT/archive/beta/met.json','/PROJECT/archive/beta/met.json',20,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(27,NULL,'deep.json','/PROJECT/archive/beta/deep.json','/PROJECT/archive/beta/deep.json',19,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(28,NULL,'deep.txt','/PROJECT/archive/beta/deep.txt','/PROJECT/archive/beta/deep.txt',17,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(29,NULL,'a.json','/PROJECT/archive/alpha/a.json','/PROJECT/archive/alpha/a.json',130,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(30,NULL,'a.txt','/PROJECT/archive/alpha/a.txt','/PROJECT/archive/alpha/a.txt',10,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(31,NULL,'removed.txt','/PROJECT/archive/gamma/removed.txt','/PROJECT/archive/gamma/removed.txt',16,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(32,NULL,'changed.json','/PROJECT/archive/gamma/changed.json','/PROJECT/archive/gamma/changed.json',20,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(33,NULL,'removed.json','/PROJECT/archive/gamma/removed.json','/PROJECT/archive/gamma/removed.json',20,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(34,NULL,'changed.txt','/PROJECT/archive/gamma/changed.txt','/PROJECT/archive/gamma/changed.txt',16,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(35,NULL,'old.txt','/PROJECT/archive/before/old.txt','/PROJECT/archive/before/old.txt',22,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(36,NULL,'old.json','/PROJECT/archive/before/old.json','/PROJECT/archive/before/old.json',22,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
INSERT INTO "file_components" VALUES(37,NULL,'one.dat','/PROJECT/keep/flat/one.dat','/PROJECT/keep/flat/one.dat',11,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:43',NULL,NULL,NULL);
CREATE TABLE files (
	id INTEGER NOT NULL, 
	watch_name VARCHAR(255) NOT NULL, 
	file_type VARCHAR(255), 
	group_key VARCHAR(1024) NOT NULL, 
	complete BOOLEAN NOT NULL, 
	archive_path VARCHAR(4096), 
	metadata JSON, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	completed_at DATETIME, 
	modified_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	retention_date DATETIME, "start" DATETIME NULL, "category" VARCHAR(255) NULL, "orbit" INTEGER NULL, "ticks" BIGINT NULL, "score" FLOAT NULL, "good" BOOLEAN NULL, "remark" TEXT NULL, "extra" JSON NULL, "legacy" VARCHAR(80) NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT uq_files_watch_group UNIQUE (watch_name, group_key)
);
INSERT INTO "files" VALUES(1,'pairs','signal','a',1,'/PROJECT/archive/alpha/a.json','{"category": "alpha", "orbit": 7, "ticks": 9007199254740993, "score": 1.5, "good": true, "remark": "\u00fcn\u00ef \"quoted\"", "extra": {"k": [1, null]}, "legacy": "A"}','2026-11-21 19:22:40','2026-11-21 19:22:40','2026-11-21 19:22:40',NULL,NULL,'alpha',7,9007199254740993,1.5,1,'ünï "quoted"','{"k": [1, null]}','A');
INSERT INTO "files" VALUES(2,'pairs','signal','changed',1,'/PROJECT/archive/gamma/changed.json','{"category": "gamma", "legacy": "CHANGED"}','2026-11-21 19:22:40','2026-11-21 19:22:40','2026-11-21 19:22:40',NULL,NULL,'gamma',NULL,NULL,NULL,NULL,NULL,NULL,'CHANGED');
INSERT INTO "files" VALUES(3,'pairs','signal','failing',1,NULL,'{"category": "blocked", "legacy": "FAILING"}','2026-11-21 19:22:40','2026-11-21 19:22:42','2026-11-21 19:22:42',NULL,NULL,'blocked',NULL,NULL,NULL,NULL,NULL,NULL,'FAILING');
INSERT INTO "files" VALUES(4,'pairs','signal','deep',1,'/PROJECT/archive/beta/deep.json','{"category": "beta", "legacy": "DEEP"}','2026-11-21 19:22:40','2026-11-21 19:22:40','2026-11-21 19:22:40',NULL,NULL,'beta',NULL,NULL,NULL,NULL,NULL,NULL,'DEEP');
INSERT INTO "files" VALUES(5,'pairs','signal','half',0,NULL,NULL,'2026-11-21 19:22:40',NULL,'2026-11-21 19:22:40',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "files" VALUES(6,'pairs','signal','late',1,NULL,NULL,'2026-01-01 00:00:00','2026-11-21 19:22:42','2026-11-21 19:22:42',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "files" VALUES(7,'pairs','signal','nokey',0,NULL,NULL,'2026-11-21 19:22:40',NULL,'2026-11-21 19:22:40',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "files" VALUES(8,'pairs','signal','met',1,'/PROJECT/archive/beta/met.json','{"category": "beta", "legacy": "MET"}','2026-11-21 19:22:40','2026-11-21 19:22:40','2026-11-21 19:22:40',NULL,NULL,'beta',NULL,NULL,NULL,NULL,NULL,NULL,'MET');
INSERT INTO "files" VALUES(9,'pairs','signal','removed',1,'/PROJECT/archive/gamma/removed.json','{"category": "gamma", "legacy": "REMOVED"}','2026-11-21 19:22:40','2026-11-21 19:22:40','2026-11-21 19:22:40',NULL,NULL,'gamma',NULL,NULL,NULL,NULL,NULL,NULL,'REMOVED');
INSERT INTO "files" VALUES(10,'pairs','signal','nowish',1,NULL,'{"orbit": 1, "legacy": "NOWISH"}','2026-11-21 19:22:41','2026-11-21 19:22:41','2026-11-21 19:22:41',NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,'NOWISH');
INSERT INTO "files" VALUES(11,'pairs','signal','gone',0,NULL,NULL,'2026-11-21 19:22:41',NULL,'2026-11-21 19:22:41',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "files" VALUES(12,'pairs','signal','pending',1,NULL,'{"category": "blocked", "legacy": "PENDING"}','2026-11-21 19:22:42','2026-11-21 19:22:42','2026-11-21 19:22:42',NULL,NULL,'blocked',NULL,NULL,NULL,NULL,NULL,NULL,'PENDING');
CREATE TABLE service_state (
	id INTEGER NOT NULL, 
	started_at DATETIME, 
	last_heartbeat DATETIME, 
	queue_depth INTEGER NOT NULL, 
	workers_active INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "service_state" VALUES(1,'2026-11-21 19:22:42.579114','2026-11-21 19:22:42',0,0);
CREATE INDEX ix_files_file_type ON files (file_type);
CREATE INDEX ix_files_watch_group ON files (watch_name, group_key);
CREATE INDEX ix_files_watch_name ON files (watch_name);
CREATE INDEX ix_files_retention_date ON files (retention_date);
CREATE INDEX ix_file_components_watch_name ON file_components (watch_name);
CREATE INDEX ix_file_components_status ON file_components (status);
CREATE UNIQUE INDEX ix_file_components_source_path ON file_components (source_path);
CREATE INDEX ix_file_components_group_id ON file_components (group_id);
CREATE INDEX ix_fc_watch_filename ON file_components (watch_name, filename);
CREATE INDEX ix_fc_status_in_delivery ON file_components (status, in_delivery);
CREATE INDEX ix_fc_status_last_retry_at ON file_components (status, last_retry_at);
COMMIT;
