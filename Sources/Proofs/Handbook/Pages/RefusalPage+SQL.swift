import HandlerLanguage

/// `ZT6xx`: statements of SQL and the schema they are prepared against.
extension RefusalPage {
  static let sql: [DiagnosticCode: RefusalPage] = [
    .misplacedSQL: RefusalPage(
      "a statement that is named in a function",
      """
      Which statements a program runs is known before it runs. So `sql` is called at module level, and \
      its calls are all there is.
      """,
      refused:
        """
        import { sql, sqlOne } from "zigttp:sql";
        const f = (id) => {
          sql("one", "SELECT :id AS id");
          return sqlOne("one", { id });
        };
        """,
      instead:
        """
        import { sql, sqlOne } from "zigttp:sql";
        sql("one", "SELECT :id AS id");
        const f = (id) => sqlOne("one", { id });
        """),
    .computedSQL: RefusalPage(
      "a statement that is no literal",
      """
      Name and statement are literals, constants that are, or templates and sums of such. What \
      differs from call to call is a parameter: it is never a part of the statement, so nobody can \
      write SQL into it.
      """,
      refused:
        """
        import { sql } from "zigttp:sql";
        const tables = ["users"];
        sql("all", `SELECT * FROM ${tables[0]}`);
        """,
      instead:
        """
        import { sql } from "zigttp:sql";
        const columns = "id, name";
        sql("all", `SELECT ${columns} FROM users`);
        @ schema.sql
        CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        """),
    .duplicateSQL: RefusalPage(
      "two statements of one name", "A name stands for one statement.",
      refused:
        """
        import { sql } from "zigttp:sql";
        sql("one", "SELECT 1 AS n");
        sql("one", "SELECT 2 AS n");
        """,
      instead:
        """
        import { sql } from "zigttp:sql";
        sql("one", "SELECT 1 AS n");
        sql("two", "SELECT 2 AS n");
        """),
    .unknownSQL: RefusalPage(
      "a statement that nobody named", "It could only fail, each time.",
      refused:
        """
        import { sql, sqlOne } from "zigttp:sql";
        sql("one", "SELECT 1 AS n");
        const f = () => sqlOne("once");
        """,
      instead:
        """
        import { sql, sqlOne } from "zigttp:sql";
        sql("one", "SELECT 1 AS n");
        const f = () => sqlOne("one");
        """),
    .refusedSQL: RefusalPage(
      "a statement that SQLite refuses, or that handlers may not run",
      """
      Every statement is prepared against schema.sql, which stands beside the handler. It is one \
      SELECT, INSERT, UPDATE or DELETE, its parameters are written `:name`, its columns have different \
      names. PRAGMA, ATTACH, VACUUM, transactions, EXPLAIN, RETURNING, temporary and virtual tables, \
      SQLite's own tables, and functions that load code, read files or tell of the connection are not \
      among what it may use.
      """,
      refused:
        """
        import { sql } from "zigttp:sql";
        sql("users", "SELECT nam FROM users");
        @ schema.sql
        CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        """,
      instead:
        """
        import { sql } from "zigttp:sql";
        sql("users", "SELECT name FROM users");
        @ schema.sql
        CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        """),
    .unfitSQL: RefusalPage(
      "a statement that is run by the wrong function",
      "`sqlOne` and `sqlMany` run what reads, `sqlExec` what changes something.",
      refused:
        """
        import { sql, sqlExec } from "zigttp:sql";
        sql("one", "SELECT 1 AS n");
        const f = () => sqlExec("one");
        """,
      instead:
        """
        import { sql, sqlOne } from "zigttp:sql";
        sql("one", "SELECT 1 AS n");
        const f = () => sqlOne("one");
        """),
    .unfitParameter: RefusalPage(
      "parameters that are not those of the statement",
      "Every parameter has a value, which may be null, and every value a parameter.",
      refused:
        """
        import { sql, sqlOne } from "zigttp:sql";
        sql("one", "SELECT :n AS n");
        const f = (m) => sqlOne("one", { m });
        """,
      instead:
        """
        import { sql, sqlOne } from "zigttp:sql";
        sql("one", "SELECT :n AS n");
        const f = (m) => sqlOne("one", { n: m });
        """),
    .refusedDatabaseSchema: RefusalPage(
      "a schema that SQLite refuses, or that handlers may not have",
      """
      schema.sql makes tables, indexes, views and triggers, and may fill them. It is run once, in one \
      transaction, on a database that has nothing. PRAGMA, ATTACH, VACUUM, transactions of its own, \
      ALTER TABLE, temporary and virtual tables are refused; foreign keys are always on.
      """,
      refused:
        """
        import { sql } from "zigttp:sql";
        sql("one", "SELECT 1 AS n");
        @ schema.sql
        ATTACH DATABASE 'other.db' AS other;
        """,
      instead:
        """
        import { sql } from "zigttp:sql";
        sql("names", "SELECT name FROM users");
        @ schema.sql
        CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        """),
  ]
}
