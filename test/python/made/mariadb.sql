CREATE TABLE `alembic_version` (
  `version_num` varchar(32) NOT NULL,
  PRIMARY KEY (`version_num`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
INSERT INTO `alembic_version` VALUES ('001');
CREATE TABLE `file_components` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `watch_name` varchar(255) DEFAULT NULL,
  `filename` varchar(1024) NOT NULL,
  `source_path` varchar(4096) NOT NULL,
  `archive_path` varchar(4096) DEFAULT NULL,
  `size_bytes` bigint(20) DEFAULT NULL,
  `status` enum('DETECTED','INTEGRITY_FAILED','WAITING','TIMED_OUT','NOT_SELECTED','ARCHIVED','RETRY_PENDING','FAILED','CLEARED') DEFAULT NULL,
  `in_delivery` tinyint(1) NOT NULL,
  `in_archive` tinyint(1) NOT NULL,
  `group_id` int(11) DEFAULT NULL,
  `error_message` text DEFAULT NULL,
  `retry_count` smallint(6) NOT NULL,
  `last_retry_at` datetime DEFAULT NULL,
  `detected_at` datetime NOT NULL DEFAULT current_timestamp(),
  `archived_at` datetime DEFAULT NULL,
  `cleared_at` datetime DEFAULT NULL,
  `metadata` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`metadata`)),
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_file_components_source_path` (`source_path`) USING HASH,
  KEY `ix_file_components_watch_name` (`watch_name`),
  KEY `ix_file_components_status` (`status`),
  KEY `ix_file_components_group_id` (`group_id`),
  KEY `ix_fc_watch_filename` (`watch_name`,`filename`),
  KEY `ix_fc_status_in_delivery` (`status`,`in_delivery`),
  KEY `ix_fc_status_last_retry_at` (`status`,`last_retry_at`),
  CONSTRAINT `file_components_ibfk_1` FOREIGN KEY (`group_id`) REFERENCES `files` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=64 DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
INSERT INTO `file_components` VALUES (1,'pairs','nokey.json','/PROJECT/delivery/nokey.json',NULL,33,'WAITING',1,0,1,NULL,0,NULL,'2026-11-21 19:22:59',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (2,'pairs','late.txt','/PROJECT/delivery/late.txt',NULL,18,'TIMED_OUT',1,0,2,NULL,0,NULL,'2026-11-21 19:22:59',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (3,'pairs','failing.json','/PROJECT/delivery/failing.json',NULL,22,'FAILED',1,0,8,'[Errno 20] Not a directory: \'/PROJECT/archive/blocked/failing.json\'',1,'2026-11-21 19:23:01','2026-11-21 19:22:59',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (4,'pairs','a.json','/PROJECT/delivery/a.json','/PROJECT/archive/alpha/a.json',130,'ARCHIVED',1,1,6,NULL,0,NULL,'2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL);
INSERT INTO `file_components` VALUES (5,'pairs','small.txt','/PROJECT/delivery/small.txt',NULL,2,'INTEGRITY_FAILED',1,0,NULL,'File too small: 2 bytes < 3 min_size',0,NULL,'2026-11-21 19:22:59',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (6,'pairs','half.txt','/PROJECT/delivery/half.txt',NULL,26,'WAITING',1,0,3,NULL,0,NULL,'2026-11-21 19:22:59',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (7,'pairs','met.txt','/PROJECT/delivery/x/met.txt','/PROJECT/archive/beta/met.txt',9,'ARCHIVED',1,1,4,NULL,0,NULL,'2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL);
INSERT INTO `file_components` VALUES (8,'pairs','removed.json','/PROJECT/delivery/removed.json','/PROJECT/archive/gamma/removed.json',20,'ARCHIVED',0,1,5,NULL,0,NULL,'2026-11-21 19:22:59','2026-11-21 19:22:59','2026-11-21 19:23:01',NULL);
INSERT INTO `file_components` VALUES (9,'pairs','deep.txt','/PROJECT/delivery/sub/deep.txt','/PROJECT/archive/beta/deep.txt',17,'ARCHIVED',1,1,7,NULL,0,NULL,'2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL);
INSERT INTO `file_components` VALUES (10,'pairs','gone.txt','/PROJECT/delivery/gone.txt',NULL,31,'CLEARED',0,0,9,NULL,0,NULL,'2026-11-21 19:22:59',NULL,'2026-11-21 19:23:01',NULL);
INSERT INTO `file_components` VALUES (11,'pairs','failing.txt','/PROJECT/delivery/failing.txt',NULL,16,'FAILED',1,0,8,'[Errno 20] Not a directory: \'/PROJECT/archive/blocked/failing.txt\'',1,'2026-11-21 19:23:01','2026-11-21 19:22:59',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (12,'pairs','a.txt','/PROJECT/delivery/a.txt','/PROJECT/archive/alpha/a.txt',10,'ARCHIVED',1,1,6,NULL,0,NULL,'2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL);
INSERT INTO `file_components` VALUES (13,'pairs','changed.json','/PROJECT/delivery/changed.json','/PROJECT/archive/gamma/changed.json',20,'ARCHIVED',1,1,10,NULL,0,NULL,'2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL);
INSERT INTO `file_components` VALUES (14,'pairs','nokey.txt','/PROJECT/delivery/nokey.txt',NULL,14,'DETECTED',1,0,NULL,NULL,0,NULL,'2026-11-21 19:22:59',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (15,'pairs','met.json','/PROJECT/delivery/y/met.json','/PROJECT/archive/beta/met.json',20,'ARCHIVED',1,1,4,NULL,0,NULL,'2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL);
INSERT INTO `file_components` VALUES (16,'pairs','nowish.txt','/PROJECT/delivery/nowish.txt',NULL,15,'NOT_SELECTED',1,0,11,NULL,0,NULL,'2026-11-21 19:22:59',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (17,'pairs','nowish.json','/PROJECT/delivery/nowish.json',NULL,11,'NOT_SELECTED',1,0,11,NULL,0,NULL,'2026-11-21 19:22:59',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (18,'pairs','deep.json','/PROJECT/delivery/sub/deep.json','/PROJECT/archive/beta/deep.json',19,'ARCHIVED',1,1,7,NULL,0,NULL,'2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL);
INSERT INTO `file_components` VALUES (19,'pairs','removed.txt','/PROJECT/delivery/removed.txt','/PROJECT/archive/gamma/removed.txt',16,'ARCHIVED',0,1,5,NULL,0,NULL,'2026-11-21 19:22:59','2026-11-21 19:22:59','2026-11-21 19:23:01',NULL);
INSERT INTO `file_components` VALUES (20,'pairs','changed.txt','/PROJECT/delivery/changed.txt','/PROJECT/archive/gamma/changed.txt',16,'ARCHIVED',1,1,10,NULL,0,NULL,'2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL);
INSERT INTO `file_components` VALUES (21,'solo','one.dat','/PROJECT/solo/one.dat','/PROJECT/keep/flat/one.dat',11,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:22:59','2026-11-21 19:22:59','2026-11-21 19:23:01',NULL);
INSERT INTO `file_components` VALUES (43,'pairs','pending.txt','/PROJECT/delivery/pending.txt',NULL,16,'RETRY_PENDING',1,0,12,'[Errno 20] Not a directory: \'/PROJECT/archive/blocked/pending.txt\'',0,NULL,'2026-11-21 19:23:01',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (44,'pairs','pending.json','/PROJECT/delivery/pending.json',NULL,22,'RETRY_PENDING',1,0,12,'[Errno 20] Not a directory: \'/PROJECT/archive/blocked/pending.json\'',0,NULL,'2026-11-21 19:23:01',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (50,NULL,'blocked','/PROJECT/archive/blocked','/PROJECT/archive/blocked',35,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (51,NULL,'met.txt','/PROJECT/archive/beta/met.txt','/PROJECT/archive/beta/met.txt',9,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (52,NULL,'met.json','/PROJECT/archive/beta/met.json','/PROJECT/archive/beta/met.json',20,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (53,NULL,'deep.json','/PROJECT/archive/beta/deep.json','/PROJECT/archive/beta/deep.json',19,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (54,NULL,'deep.txt','/PROJECT/archive/beta/deep.txt','/PROJECT/archive/beta/deep.txt',17,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (55,NULL,'a.json','/PROJECT/archive/alpha/a.json','/PROJECT/archive/alpha/a.json',130,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (56,NULL,'a.txt','/PROJECT/archive/alpha/a.txt','/PROJECT/archive/alpha/a.txt',10,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (57,NULL,'removed.txt','/PROJECT/archive/gamma/removed.txt','/PROJECT/archive/gamma/removed.txt',16,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (58,NULL,'changed.json','/PROJECT/archive/gamma/changed.json','/PROJECT/archive/gamma/changed.json',20,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (59,NULL,'removed.json','/PROJECT/archive/gamma/removed.json','/PROJECT/archive/gamma/removed.json',20,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (60,NULL,'changed.txt','/PROJECT/archive/gamma/changed.txt','/PROJECT/archive/gamma/changed.txt',16,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (61,NULL,'old.txt','/PROJECT/archive/before/old.txt','/PROJECT/archive/before/old.txt',22,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (62,NULL,'old.json','/PROJECT/archive/before/old.json','/PROJECT/archive/before/old.json',22,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
INSERT INTO `file_components` VALUES (63,NULL,'one.dat','/PROJECT/keep/flat/one.dat','/PROJECT/keep/flat/one.dat',11,'ARCHIVED',0,1,NULL,NULL,0,NULL,'2026-11-21 19:23:02',NULL,NULL,NULL);
CREATE TABLE `files` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `watch_name` varchar(255) NOT NULL,
  `file_type` varchar(255) DEFAULT NULL,
  `group_key` varchar(1024) NOT NULL,
  `complete` tinyint(1) NOT NULL,
  `archive_path` varchar(4096) DEFAULT NULL,
  `metadata` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`metadata`)),
  `created_at` datetime NOT NULL DEFAULT current_timestamp(),
  `completed_at` datetime DEFAULT NULL,
  `modified_at` datetime NOT NULL DEFAULT current_timestamp(),
  `retention_date` datetime DEFAULT NULL,
  `start` datetime DEFAULT NULL,
  `category` varchar(255) DEFAULT NULL,
  `orbit` int(11) DEFAULT NULL,
  `ticks` bigint(20) DEFAULT NULL,
  `score` float DEFAULT NULL,
  `good` tinyint(1) DEFAULT NULL,
  `remark` text DEFAULT NULL,
  `extra` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`extra`)),
  `legacy` varchar(80) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq_files_watch_group` (`watch_name`,`group_key`),
  KEY `ix_files_watch_group` (`watch_name`,`group_key`),
  KEY `ix_files_file_type` (`file_type`),
  KEY `ix_files_watch_name` (`watch_name`),
  KEY `ix_files_retention_date` (`retention_date`)
) ENGINE=InnoDB AUTO_INCREMENT=14 DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
INSERT INTO `files` VALUES (1,'pairs','signal','nokey',0,NULL,NULL,'2026-11-21 19:22:59',NULL,'2026-11-21 19:22:59',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `files` VALUES (2,'pairs','signal','late',1,NULL,NULL,'2026-01-01 00:00:00','2026-11-21 19:23:01','2026-11-21 19:23:01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `files` VALUES (3,'pairs','signal','half',0,NULL,NULL,'2026-11-21 19:22:59',NULL,'2026-11-21 19:22:59',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `files` VALUES (4,'pairs','signal','met',1,'/PROJECT/archive/beta/met.json','{\"category\": \"beta\", \"legacy\": \"MET\"}','2026-11-21 19:22:59','2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL,'beta',NULL,NULL,NULL,NULL,NULL,NULL,'MET');
INSERT INTO `files` VALUES (5,'pairs','signal','removed',1,'/PROJECT/archive/gamma/removed.json','{\"category\": \"gamma\", \"legacy\": \"REMOVED\"}','2026-11-21 19:22:59','2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL,'gamma',NULL,NULL,NULL,NULL,NULL,NULL,'REMOVED');
INSERT INTO `files` VALUES (6,'pairs','signal','a',1,'/PROJECT/archive/alpha/a.json','{\"category\": \"alpha\", \"orbit\": 7, \"ticks\": 9007199254740993, \"score\": 1.5, \"good\": true, \"remark\": \"\\u00fcn\\u00ef \\\"quoted\\\"\", \"extra\": {\"k\": [1, null]}, \"legacy\": \"A\"}','2026-11-21 19:22:59','2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL,'alpha',7,9007199254740993,1.5,1,'ünï \"quoted\"','{\"k\": [1, null]}','A');
INSERT INTO `files` VALUES (7,'pairs','signal','deep',1,'/PROJECT/archive/beta/deep.json','{\"category\": \"beta\", \"legacy\": \"DEEP\"}','2026-11-21 19:22:59','2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL,'beta',NULL,NULL,NULL,NULL,NULL,NULL,'DEEP');
INSERT INTO `files` VALUES (8,'pairs','signal','failing',1,NULL,'{\"category\": \"blocked\", \"legacy\": \"FAILING\"}','2026-11-21 19:22:59','2026-11-21 19:23:01','2026-11-21 19:23:01',NULL,NULL,'blocked',NULL,NULL,NULL,NULL,NULL,NULL,'FAILING');
INSERT INTO `files` VALUES (9,'pairs','signal','gone',0,NULL,NULL,'2026-11-21 19:22:59',NULL,'2026-11-21 19:22:59',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `files` VALUES (10,'pairs','signal','changed',1,'/PROJECT/archive/gamma/changed.json','{\"category\": \"gamma\", \"legacy\": \"CHANGED\"}','2026-11-21 19:22:59','2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL,'gamma',NULL,NULL,NULL,NULL,NULL,NULL,'CHANGED');
INSERT INTO `files` VALUES (11,'pairs','signal','nowish',1,NULL,'{\"orbit\": 1, \"legacy\": \"NOWISH\"}','2026-11-21 19:22:59','2026-11-21 19:22:59','2026-11-21 19:22:59',NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,'NOWISH');
INSERT INTO `files` VALUES (12,'pairs','signal','pending',1,NULL,'{\"category\": \"blocked\", \"legacy\": \"PENDING\"}','2026-11-21 19:23:01','2026-11-21 19:23:01','2026-11-21 19:23:01',NULL,NULL,'blocked',NULL,NULL,NULL,NULL,NULL,NULL,'PENDING');
CREATE TABLE `service_state` (
  `id` int(11) NOT NULL,
  `started_at` datetime DEFAULT NULL,
  `last_heartbeat` datetime DEFAULT NULL,
  `queue_depth` int(11) NOT NULL,
  `workers_active` int(11) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
INSERT INTO `service_state` VALUES (1,'2026-11-21 19:23:01','2026-11-21 19:23:01',0,0);
