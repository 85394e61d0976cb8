CREATE TYPE public.filestatus AS ENUM (
    'detected',
    'integrity_failed',
    'waiting',
    'timed_out',
    'not_selected',
    'archived',
    'retry_pending',
    'failed',
    'cleared',
    'DETECTED',
    'INTEGRITY_FAILED',
    'WAITING',
    'TIMED_OUT',
    'NOT_SELECTED',
    'ARCHIVED',
    'RETRY_PENDING',
    'FAILED',
    'CLEARED'
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.file_components (
    id integer NOT NULL,
    watch_name character varying(255),
    filename character varying(1024) NOT NULL,
    source_path character varying(4096) NOT NULL,
    archive_path character varying(4096),
    size_bytes bigint,
    status public.filestatus,
    in_delivery boolean NOT NULL,
    in_archive boolean NOT NULL,
    group_id integer,
    error_message text,
    retry_count smallint NOT NULL,
    last_retry_at timestamp without time zone,
    detected_at timestamp without time zone DEFAULT now() NOT NULL,
    archived_at timestamp without time zone,
    cleared_at timestamp without time zone,
    metadata json
);
CREATE SEQUENCE public.file_components_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.file_components_id_seq OWNED BY public.file_components.id;
CREATE TABLE public.files (
    id integer NOT NULL,
    watch_name character varying(255) NOT NULL,
    file_type character varying(255),
    group_key character varying(1024) NOT NULL,
    complete boolean NOT NULL,
    archive_path character varying(4096),
    metadata json,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    completed_at timestamp without time zone,
    modified_at timestamp without time zone DEFAULT now() NOT NULL,
    retention_date timestamp without time zone,
    start timestamp without time zone,
    category character varying(255),
    orbit integer,
    ticks bigint,
    score double precision,
    good boolean,
    remark text,
    extra json,
    legacy character varying(80)
);
CREATE SEQUENCE public.files_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.files_id_seq OWNED BY public.files.id;
CREATE TABLE public.service_state (
    id integer NOT NULL,
    started_at timestamp without time zone,
    last_heartbeat timestamp without time zone,
    queue_depth integer NOT NULL,
    workers_active integer NOT NULL
);
ALTER TABLE ONLY public.file_components ALTER COLUMN id SET DEFAULT nextval('public.file_components_id_seq'::regclass);
ALTER TABLE ONLY public.files ALTER COLUMN id SET DEFAULT nextval('public.files_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('001');
INSERT INTO public.file_components VALUES (8, 'pairs', 'nokey.txt', '/PROJECT/delivery/nokey.txt', NULL, 14, 'DETECTED', true, false, NULL, NULL, 0, NULL, '2026-11-21 19:22:52.812596', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (16, 'pairs', 'a.json', '/PROJECT/delivery/a.json', '/PROJECT/archive/alpha/a.json', 130, 'ARCHIVED', true, true, 1, NULL, 0, NULL, '2026-11-21 19:22:52.812596', '2026-11-21 19:22:52.853037', NULL, NULL);
INSERT INTO public.file_components VALUES (2, 'pairs', 'changed.json', '/PROJECT/delivery/changed.json', '/PROJECT/archive/gamma/changed.json', 20, 'ARCHIVED', true, true, 2, NULL, 0, NULL, '2026-11-21 19:22:52.812596', '2026-11-21 19:22:52.88695', NULL, NULL);
INSERT INTO public.file_components VALUES (5, 'pairs', 'a.txt', '/PROJECT/delivery/a.txt', '/PROJECT/archive/alpha/a.txt', 10, 'ARCHIVED', true, true, 1, NULL, 0, NULL, '2026-11-21 19:22:52.812596', '2026-11-21 19:22:52.853037', NULL, NULL);
INSERT INTO public.file_components VALUES (9, 'pairs', 'changed.txt', '/PROJECT/delivery/changed.txt', '/PROJECT/archive/gamma/changed.txt', 16, 'ARCHIVED', true, true, 2, NULL, 0, NULL, '2026-11-21 19:22:52.812596', '2026-11-21 19:22:52.88695', NULL, NULL);
INSERT INTO public.file_components VALUES (13, 'pairs', 'deep.txt', '/PROJECT/delivery/sub/deep.txt', '/PROJECT/archive/beta/deep.txt', 17, 'ARCHIVED', true, true, 3, NULL, 0, NULL, '2026-11-21 19:22:52.812596', '2026-11-21 19:22:52.892787', NULL, NULL);
INSERT INTO public.file_components VALUES (3, 'pairs', 'deep.json', '/PROJECT/delivery/sub/deep.json', '/PROJECT/archive/beta/deep.json', 19, 'ARCHIVED', true, true, 3, NULL, 0, NULL, '2026-11-21 19:22:52.812596', '2026-11-21 19:22:52.892787', NULL, NULL);
INSERT INTO public.file_components VALUES (10, 'pairs', 'half.txt', '/PROJECT/delivery/half.txt', NULL, 26, 'WAITING', true, false, 5, NULL, 0, NULL, '2026-11-21 19:22:52.812596', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (4, 'pairs', 'nokey.json', '/PROJECT/delivery/nokey.json', NULL, 33, 'WAITING', true, false, 8, NULL, 0, NULL, '2026-11-21 19:22:52.812596', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (14, 'pairs', 'met.json', '/PROJECT/delivery/y/met.json', '/PROJECT/archive/beta/met.json', 20, 'ARCHIVED', true, true, 9, NULL, 0, NULL, '2026-11-21 19:22:52.812596', '2026-11-21 19:22:52.979008', NULL, NULL);
INSERT INTO public.file_components VALUES (6, 'pairs', 'met.txt', '/PROJECT/delivery/x/met.txt', '/PROJECT/archive/beta/met.txt', 9, 'ARCHIVED', true, true, 9, NULL, 0, NULL, '2026-11-21 19:22:52.812596', '2026-11-21 19:22:52.979008', NULL, NULL);
INSERT INTO public.file_components VALUES (1, 'pairs', 'nowish.json', '/PROJECT/delivery/nowish.json', NULL, 11, 'NOT_SELECTED', true, false, 10, NULL, 0, NULL, '2026-11-21 19:22:52.812596', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (18, 'pairs', 'nowish.txt', '/PROJECT/delivery/nowish.txt', NULL, 15, 'NOT_SELECTED', true, false, 10, NULL, 0, NULL, '2026-11-21 19:22:52.812596', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (19, 'pairs', 'removed.txt', '/PROJECT/delivery/removed.txt', '/PROJECT/archive/gamma/removed.txt', 16, 'ARCHIVED', false, true, 11, NULL, 0, NULL, '2026-11-21 19:22:52.812596', '2026-11-21 19:22:53.062264', '2026-11-21 19:22:54.766166', NULL);
INSERT INTO public.file_components VALUES (15, 'pairs', 'removed.json', '/PROJECT/delivery/removed.json', '/PROJECT/archive/gamma/removed.json', 20, 'ARCHIVED', false, true, 11, NULL, 0, NULL, '2026-11-21 19:22:52.812596', '2026-11-21 19:22:53.062264', '2026-11-21 19:22:54.766166', NULL);
INSERT INTO public.file_components VALUES (12, 'pairs', 'gone.txt', '/PROJECT/delivery/gone.txt', NULL, 31, 'CLEARED', false, false, 6, NULL, 0, NULL, '2026-11-21 19:22:52.812596', NULL, '2026-11-21 19:22:54.766166', NULL);
INSERT INTO public.file_components VALUES (21, 'solo', 'one.dat', '/PROJECT/solo/one.dat', '/PROJECT/keep/flat/one.dat', 11, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:52.820422', '2026-11-21 19:22:53.059025', '2026-11-21 19:22:54.780702', NULL);
INSERT INTO public.file_components VALUES (11, 'pairs', 'late.txt', '/PROJECT/delivery/late.txt', NULL, 18, 'TIMED_OUT', true, false, 7, NULL, 0, NULL, '2026-11-21 19:22:52.812596', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (7, 'pairs', 'small.txt', '/PROJECT/delivery/small.txt', NULL, 2, 'INTEGRITY_FAILED', true, false, NULL, 'File too small: 2 bytes < 3 min_size', 0, NULL, '2026-11-21 19:22:52.812596', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (43, 'pairs', 'pending.json', '/PROJECT/delivery/pending.json', NULL, 22, 'RETRY_PENDING', true, false, 13, '[Errno 20] Not a directory: ''/PROJECT/archive/blocked/pending.json''', 0, NULL, '2026-11-21 19:22:54.766166', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (44, 'pairs', 'pending.txt', '/PROJECT/delivery/pending.txt', NULL, 16, 'RETRY_PENDING', true, false, 13, '[Errno 20] Not a directory: ''/PROJECT/archive/blocked/pending.txt''', 0, NULL, '2026-11-21 19:22:54.766166', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (20, 'pairs', 'failing.json', '/PROJECT/delivery/failing.json', NULL, 22, 'FAILED', true, false, 4, '[Errno 20] Not a directory: ''/PROJECT/archive/blocked/failing.json''', 1, '2026-11-21 19:22:54.793486', '2026-11-21 19:22:52.812596', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (17, 'pairs', 'failing.txt', '/PROJECT/delivery/failing.txt', NULL, 16, 'FAILED', true, false, 4, '[Errno 20] Not a directory: ''/PROJECT/archive/blocked/failing.txt''', 1, '2026-11-21 19:22:54.793486', '2026-11-21 19:22:52.812596', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (50, NULL, 'blocked', '/PROJECT/archive/blocked', '/PROJECT/archive/blocked', 35, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (51, NULL, 'met.txt', '/PROJECT/archive/beta/met.txt', '/PROJECT/archive/beta/met.txt', 9, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (52, NULL, 'met.json', '/PROJECT/archive/beta/met.json', '/PROJECT/archive/beta/met.json', 20, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (53, NULL, 'deep.json', '/PROJECT/archive/beta/deep.json', '/PROJECT/archive/beta/deep.json', 19, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (54, NULL, 'deep.txt', '/PROJECT/archive/beta/deep.txt', '/PROJECT/archive/beta/deep.txt', 17, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (55, NULL, 'a.json', '/PROJECT/archive/alpha/a.json', '/PROJECT/archive/alpha/a.json', 130, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (56, NULL, 'a.txt', '/PROJECT/archive/alpha/a.txt', '/PROJECT/archive/alpha/a.txt', 10, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (57, NULL, 'removed.txt', '/PROJECT/archive/gamma/removed.txt', '/PROJECT/archive/gamma/removed.txt', 16, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (58, NULL, 'changed.json', '/PROJECT/archive/gamma/changed.json', '/PROJECT/archive/gamma/changed.json', 20, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (59, NULL, 'removed.json', '/PROJECT/archive/gamma/removed.json', '/PROJECT/archive/gamma/removed.json', 20, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (60, NULL, 'changed.txt', '/PROJECT/archive/gamma/changed.txt', '/PROJECT/archive/gamma/changed.txt', 16, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (61, NULL, 'old.txt', '/PROJECT/archive/before/old.txt', '/PROJECT/archive/before/old.txt', 22, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (62, NULL, 'old.json', '/PROJECT/archive/before/old.json', '/PROJECT/archive/before/old.json', 22, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.file_components VALUES (63, NULL, 'one.dat', '/PROJECT/keep/flat/one.dat', '/PROJECT/keep/flat/one.dat', 11, 'ARCHIVED', false, true, NULL, NULL, 0, NULL, '2026-11-21 19:22:56.664161', NULL, NULL, NULL);
INSERT INTO public.files VALUES (1, 'pairs', 'signal', 'a', true, '/PROJECT/archive/alpha/a.json', '{"category": "alpha", "orbit": 7, "ticks": 9007199254740993, "score": 1.5, "good": true, "remark": "\u00fcn\u00ef \"quoted\"", "extra": {"k": [1, null]}, "legacy": "A"}', '2026-11-21 19:22:52.850472', '2026-11-21 19:22:52.853037', '2026-11-21 19:22:52.853037', NULL, NULL, 'alpha', 7, 9007199254740993, 1.5, true, 'ünï "quoted"', '{"k": [1, null]}', 'A');
INSERT INTO public.files VALUES (2, 'pairs', 'signal', 'changed', true, '/PROJECT/archive/gamma/changed.json', '{"category": "gamma", "legacy": "CHANGED"}', '2026-11-21 19:22:52.862483', '2026-11-21 19:22:52.88695', '2026-11-21 19:22:52.88695', NULL, NULL, 'gamma', NULL, NULL, NULL, NULL, NULL, NULL, 'CHANGED');
INSERT INTO public.files VALUES (3, 'pairs', 'signal', 'deep', true, '/PROJECT/archive/beta/deep.json', '{"category": "beta", "legacy": "DEEP"}', '2026-11-21 19:22:52.891644', '2026-11-21 19:22:52.892787', '2026-11-21 19:22:52.892787', NULL, NULL, 'beta', NULL, NULL, NULL, NULL, NULL, NULL, 'DEEP');
INSERT INTO public.files VALUES (5, 'pairs', 'signal', 'half', false, NULL, NULL, '2026-11-21 19:22:52.947647', NULL, '2026-11-21 19:22:52.947647', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.files VALUES (6, 'pairs', 'signal', 'gone', false, NULL, NULL, '2026-11-21 19:22:52.945943', NULL, '2026-11-21 19:22:52.945943', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.files VALUES (8, 'pairs', 'signal', 'nokey', false, NULL, NULL, '2026-11-21 19:22:52.97334', NULL, '2026-11-21 19:22:52.97334', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.files VALUES (9, 'pairs', 'signal', 'met', true, '/PROJECT/archive/beta/met.json', '{"category": "beta", "legacy": "MET"}', '2026-11-21 19:22:52.96782', '2026-11-21 19:22:52.979008', '2026-11-21 19:22:52.979008', NULL, NULL, 'beta', NULL, NULL, NULL, NULL, NULL, NULL, 'MET');
INSERT INTO public.files VALUES (10, 'pairs', 'signal', 'nowish', true, NULL, '{"orbit": 1, "legacy": "NOWISH"}', '2026-11-21 19:22:52.997869', '2026-11-21 19:22:53.018', '2026-11-21 19:22:53.018', NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, 'NOWISH');
INSERT INTO public.files VALUES (11, 'pairs', 'signal', 'removed', true, '/PROJECT/archive/gamma/removed.json', '{"category": "gamma", "legacy": "REMOVED"}', '2026-11-21 19:22:53.041582', '2026-11-21 19:22:53.062264', '2026-11-21 19:22:53.062264', NULL, NULL, 'gamma', NULL, NULL, NULL, NULL, NULL, NULL, 'REMOVED');
INSERT INTO public.files VALUES (7, 'pairs', 'signal', 'late', true, NULL, NULL, '2026-01-01 00:00:00', '2026-11-21 19:22:54.786981', '2026-11-21 19:22:54.786981', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.files VALUES (13, 'pairs', 'signal', 'pending', true, NULL, '{"category": "blocked", "legacy": "PENDING"}', '2026-11-21 19:22:54.809344', '2026-11-21 19:22:54.821115', '2026-11-21 19:22:54.821115', NULL, NULL, 'blocked', NULL, NULL, NULL, NULL, NULL, NULL, 'PENDING');
INSERT INTO public.files VALUES (4, 'pairs', 'signal', 'failing', true, NULL, '{"category": "blocked", "legacy": "FAILING"}', '2026-11-21 19:22:52.921934', '2026-11-21 19:22:54.825223', '2026-11-21 19:22:54.825223', NULL, NULL, 'blocked', NULL, NULL, NULL, NULL, NULL, NULL, 'FAILING');
INSERT INTO public.service_state VALUES (1, '2026-11-21 19:22:54.749781', '2026-11-21 19:22:55.868868', 0, 0);
SELECT pg_catalog.setval('public.file_components_id_seq', 63, true);
SELECT pg_catalog.setval('public.files_id_seq', 13, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.file_components
    ADD CONSTRAINT file_components_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.service_state
    ADD CONSTRAINT service_state_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.files
    ADD CONSTRAINT uq_files_watch_group UNIQUE (watch_name, group_key);
CREATE INDEX ix_fc_status_in_delivery ON public.file_components USING btree (status, in_delivery);
CREATE INDEX ix_fc_status_last_retry_at ON public.file_components USING btree (status, last_retry_at);
CREATE INDEX ix_fc_watch_filename ON public.file_components USING btree (watch_name, filename);
CREATE INDEX ix_file_components_group_id ON public.file_components USING btree (group_id);
CREATE UNIQUE INDEX ix_file_components_source_path ON public.file_components USING btree (source_path);
CREATE INDEX ix_file_components_status ON public.file_components USING btree (status);
CREATE INDEX ix_file_components_watch_name ON public.file_components USING btree (watch_name);
CREATE INDEX ix_files_file_type ON public.files USING btree (file_type);
CREATE INDEX ix_files_retention_date ON public.files USING btree (retention_date);
CREATE INDEX ix_files_watch_group ON public.files USING btree (watch_name, group_key);
CREATE INDEX ix_files_watch_name ON public.files USING btree (watch_name);
ALTER TABLE ONLY public.file_components
    ADD CONSTRAINT file_components_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.files(id);
