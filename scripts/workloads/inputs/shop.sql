-- A shop's books: schema, bulk inserts, indexes, joins, windows, JSON, views, triggers, a transaction that is undone.
.headers on
.mode column
CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT NOT NULL, town TEXT, since DATE);
CREATE TABLE product(id INTEGER PRIMARY KEY, name TEXT UNIQUE, price NUMERIC CHECK(price > 0), tags TEXT);
CREATE TABLE sale(id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer, product INTEGER REFERENCES product,
  quantity INTEGER DEFAULT 1, day DATE);
CREATE TABLE audit(what TEXT, sale INTEGER);
CREATE TRIGGER cancelled AFTER DELETE ON sale BEGIN INSERT INTO audit VALUES('cancelled', old.id); END;

BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
INSERT INTO customer SELECT i, printf('Customer %03d', i), substr('BathYorkLyonKielGentOslo', 1 + 4 * (i * 7 % 6), 4),
  date('2020-01-01', '+' || (i * 5) || ' days') FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
INSERT INTO product SELECT i, 'Product ' || char(65 + i % 26) || i, round(1.5 + (i * i % 97) * 0.75, 2),
  json_array('t' || (i % 5), 't' || (i % 3)) FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
INSERT INTO sale SELECT i, 1 + i * 31 % 300, 1 + i * 17 % 60, 1 + i % 4, date('2023-01-01', '+' || (i * 13 % 365) || ' days') FROM n;
COMMIT;
CREATE INDEX sale_customer ON sale(customer, day);
CREATE INDEX sale_product ON sale(product);
ANALYZE;
CREATE VIEW turnover AS SELECT s.day, c.town, p.name, s.quantity * p.price AS amount
  FROM sale s JOIN customer c ON c.id = s.customer JOIN product p ON p.id = s.product;

SELECT town, count(*) AS sales, round(sum(amount), 2) AS total FROM turnover GROUP BY town ORDER BY total DESC;
SELECT strftime('%m', day) AS month, round(avg(amount), 3) AS mean, max(amount) AS most FROM turnover GROUP BY 1 HAVING month < '07';
SELECT name, total, rank() OVER (ORDER BY total DESC) AS place,
  round(sum(total) OVER (ORDER BY total DESC ROWS UNBOUNDED PRECEDING), 1) AS running
  FROM (SELECT name, round(sum(amount), 2) AS total FROM turnover GROUP BY name) LIMIT 8;
SELECT c.name, (SELECT max(day) FROM sale WHERE customer = c.id) AS last FROM customer c
  WHERE c.name LIKE '%7' AND c.town IN ('Lyon', 'Oslo') ORDER BY last DESC, c.name LIMIT 6;
SELECT tag.value AS tag, count(DISTINCT p.id) AS products FROM product p, json_each(p.tags) AS tag GROUP BY tag.value;
SELECT group_concat(name, ', ') FROM (SELECT name FROM product WHERE price BETWEEN 20 AND 30 ORDER BY name);
SELECT id FROM customer WHERE since > '2023-11-01' EXCEPT SELECT customer FROM sale WHERE quantity = 4 ORDER BY 1 LIMIT 5;

UPDATE product SET price = price * 1.1 WHERE id IN (SELECT product FROM sale GROUP BY product ORDER BY sum(quantity) DESC LIMIT 10);
DELETE FROM sale WHERE day < '2023-01-05' AND customer % 3 = 0;
SELECT what, count(*), min(sale), max(sale) FROM audit;
BEGIN;
DELETE FROM sale;
SELECT count(*) FROM sale;
ROLLBACK;
INSERT INTO product(id, name, price) VALUES(1, 'again', 2) ON CONFLICT(id) DO UPDATE SET price = excluded.price RETURNING *;
SELECT count(*), sum(quantity), total(price) FROM sale JOIN product ON product.id = product;
EXPLAIN QUERY PLAN SELECT * FROM turnover WHERE town = 'York' ORDER BY day;
PRAGMA integrity_check;
.mode csv
SELECT * FROM customer WHERE id % 60 = 0;
.schema audit
