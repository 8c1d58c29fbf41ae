-- Every shape of table, type and name that the catalogue queries must understand.
CREATE SCHEMA shop;
SET search_path = shop;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN work_email AS email;
CREATE DOMAIN tags AS text[];
CREATE DOMAIN cents AS numeric(10,2);
CREATE TYPE addr AS (street text, no int);
CREATE TABLE "Mixed Case" ("Id" int PRIMARY KEY, "select" text, "we""ird" varchar(10), "ä" int4);
CREATE TABLE orders (note text, line int, order_id bigint GENERATED ALWAYS AS IDENTITY, placed timestamptz DEFAULT now(), price numeric(10,2) CHECK (price > 0),
  double_price numeric GENERATED ALWAYS AS (price*2) STORED, PRIMARY KEY (order_id, line) INCLUDE (note));
ALTER TABLE orders DROP COLUMN placed;
ALTER TABLE orders ADD COLUMN placed timestamp DEFAULT now();
CREATE INDEX orders_price ON orders (price);
CREATE TABLE types (id uuid PRIMARY KEY, m mood, ms mood[], e work_email, es work_email[], t tags, ts tags[], c cents, i interval, ii interval[], a addr, r int4range, mr int4multirange,
  v oidvector, v2 int2vector, ch "char", n name, o oid, b bit(3), x xml, tv tsvector, tz timetz, mny money, mac macaddr, cid cidr, j jsonb, js json, ip inet[], nn numeric(6,2)[] , bp char(5), bps char(5)[], pt point, reg regclass, l pg_lsn);
CREATE TABLE measurements (day date, at time, v float8, PRIMARY KEY (day, at)) PARTITION BY RANGE (day);
CREATE TABLE m2024 PARTITION OF measurements FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY RANGE (at);
CREATE TABLE m2024a PARTITION OF m2024 FOR VALUES FROM ('00:00') TO ('12:00');
CREATE TABLE m2025 (at time not null, v float8, day date not null);
ALTER TABLE measurements ATTACH PARTITION m2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE SCHEMA far;
CREATE TABLE far.m2026 PARTITION OF measurements FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE far.root (id int primary key) PARTITION BY LIST (id);
CREATE TABLE lost_leaf PARTITION OF far.root FOR VALUES IN (1);
CREATE TABLE animals (id int PRIMARY KEY, name text);
CREATE TABLE dogs (breed text, PRIMARY KEY (id)) INHERITS (animals);
CREATE TABLE cats (lives int) INHERITS (animals);
CREATE TABLE kittens () INHERITS (cats);
CREATE TABLE nokey (a int, UNIQUE (a));
CREATE VIEW big AS SELECT * FROM orders;
CREATE MATERIALIZED VIEW mbig AS SELECT * FROM orders;
CREATE SEQUENCE loose;
CREATE TABLE ser (id serial PRIMARY KEY, o int REFERENCES animals, EXCLUDE (o WITH =));
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE TRIGGER tr AFTER INSERT ON ser FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE ru AS ON DELETE TO ser DO ALSO NOTHING;
CREATE TABLE guarded (id int PRIMARY KEY);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON guarded USING (id > 1);
CREATE EXTENSION citext SCHEMA shop;
CREATE EXTENSION hstore SCHEMA shop;
CREATE TABLE ext (id citext PRIMARY KEY, h hstore, cs citext[]);
INSERT INTO orders (line, price) SELECT 1, i FROM generate_series(1,1000) i;
INSERT INTO types (id, m, ms, e, es, t, ts, c, i, ii, a, r, mr, v, v2, ch, n, o, b, tv, tz, mny, mac, cid, j, js, ip, nn, bp, bps, pt, reg, l)
VALUES ('00000000-0000-0000-0000-000000000001', 'ok', '{sad}', 'a@b', '{a@b}', '{x,y}', ARRAY['{a,b}'::tags], 1.28, '1 mon 2 days', '{1 mon}', '(s,1)',
  '[1,3)', '{[1,3)}', '1 2', '1 2', 'c', 'n', 7, '101', 'a b', '12:00+02', 1, '08:00:2b:01:02:03', '10.0.0.0/8', '{"a": 1}', '{"a":1}', '{10.0.0.1}', '{1.28}', 'ab', '{ab}',
  '(1,2)', 'pg_class', '0/1');
GRANT USAGE ON SCHEMA shop TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO PUBLIC;
CREATE SCHEMA empty;
