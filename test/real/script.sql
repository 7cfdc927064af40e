.mode column
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born INTEGER, salary REAL);
CREATE INDEX by_born ON people (born);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
  INSERT INTO people SELECT i, 'person ' || (i * 7919 % 1000), 1950 + i % 50, i * 1.5 FROM n;
SELECT count(*), sum(salary), min(name), max(born), avg(salary), total(id) FROM people;
SELECT born / 10 * 10 AS decade, count(*), round(avg(salary), 2) FROM people GROUP BY 1 HAVING count(*) > 10 ORDER BY 1 DESC;
SELECT name, row_number() OVER (PARTITION BY born ORDER BY salary DESC) AS r FROM people WHERE born IN (1955, 1960) ORDER BY name LIMIT 8;
BEGIN;
UPDATE people SET salary = salary * 2 WHERE id % 100 = 0;
SAVEPOINT here;
DELETE FROM people WHERE id > 10;
ROLLBACK TO here;
COMMIT;
SELECT a.id, b.id FROM people a JOIN people b ON a.born = b.born AND a.id < b.id WHERE a.id < 4 ORDER BY 1, 2 LIMIT 10;
CREATE TABLE log (what TEXT);
CREATE TRIGGER note AFTER UPDATE ON people BEGIN INSERT INTO log VALUES (old.name || ' -> ' || new.name); END;
UPDATE people SET name = upper(name) WHERE id < 4;
SELECT * FROM log;
CREATE VIEW rich AS SELECT * FROM people WHERE salary > 700;
SELECT count(*) FROM rich;
EXPLAIN QUERY PLAN SELECT * FROM people WHERE born = 1960 AND name LIKE 'p%';
SELECT json_extract('{"a": [1, 2, {"b": "deep"}]}', '$.a[2].b'), json_group_array(id) FROM people WHERE id < 5;
SELECT printf('%08.3f|%x|%s', 3.14159, 255, 'text'), hex(zeroblob(2)), quote(x'0102'), typeof(1 / 2.0), substr('unicode ä', -1);
SELECT date('2020-02-28', '+2 days'), strftime('%j', '2020-12-31'), julianday('2000-01-01');
SELECT 'error next';
INSERT INTO people VALUES (1, 'double', 0, 0);
SELECT no_such_column FROM people;
.mode csv
SELECT id, name FROM people WHERE id BETWEEN 98 AND 101;
PRAGMA integrity_check;
VACUUM;
SELECT group_concat(name, ';') FROM (SELECT name FROM people ORDER BY id DESC LIMIT 3);
