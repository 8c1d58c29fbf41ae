// The function that a followed table's triggers run.

extension FollowedTable {
    /// What text looks like in a copy; the session that changes a row may have settings of its own.
    private static let settings = [
        ("search_path", "pg_catalog, pg_temp"), ("client_min_messages", "warning"), (#""DateStyle""#, "'ISO'"),
        (#""IntervalStyle""#, "'postgres'"), (#""TimeZone""#, "'UTC'"), ("extra_float_digits", "1"),
        ("bytea_output", "'hex'"), ("xmlbinary", "'base64'"), ("lc_monetary", "'C'"),
    ]

    /// Creates the function or replaces it.
    ///
    /// It runs with the rights of its owner, so that those who may change the table need none on the target. A change
    /// that does not come through is written down, with the change itself, and a warning given: the application's
    /// transaction must not fail because of the target. For half a minute after a connection that failed, or took long
    /// to, a session tries none.
    package var createFunctionStatement: String {
        let settings = Self.settings.map { "SET \($0.0) = \($0.1)" }.joined(separator: "\n")
        return """
            CREATE OR REPLACE FUNCTION \(function.quoted)() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER
            \(settings)
            AS \(Self.dollarQuoted(functionBody))
            """
    }

    /// Keeps others from putting a trigger that runs the function on tables of their own, and so writing with its owner's
    /// rights; to fire a trigger takes no right on its function.
    package var revokeStatement: String { "REVOKE ALL ON FUNCTION \(function.quoted)() FROM PUBLIC" }

    private var functionBody: String {
        """

        DECLARE
            source constant text := \(quotedLiteral(MissedChanges.sourceName(plan.source)));
            old_key text[];
            new_key text[];
            problem text;
            deletion text;
            found bigint;
            began constant timestamptz := clock_timestamp();
            waits constant boolean :=
                coalesce(began < nullif(current_setting('pgscylla.resume_at', true), '')::timestamptz, false);
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                INSERT INTO \(missed) (source, reason) VALUES (source, 'TRUNCATE');
                RAISE WARNING 'pgscylla: the rows of % stay in ScyllaDB: TRUNCATE is not carried there', source;
                RETURN NULL;
            END IF;
            IF TG_OP <> 'INSERT' THEN
                old_key := \(keyArray("OLD"));
            END IF;
            IF TG_OP <> 'DELETE' THEN
                new_key := \(keyArray("NEW"));
            END IF;
            BEGIN
                IF waits THEN
                    RAISE EXCEPTION USING ERRCODE = 'HV00N', MESSAGE = 'ScyllaDB did not answer a moment ago';
                END IF;
                IF old_key IS NOT NULL AND old_key IS DISTINCT FROM new_key\(keyIsHeld("OLD")) THEN
                    deletion := \(deleteExpression);
                    EXECUTE deletion;
                    GET DIAGNOSTICS found = ROW_COUNT;
                    IF found = 0 THEN
                        -- It deletes what it finds. A copy that has yet to bring the row must find it deleted.
                        INSERT INTO \(foreignTable.quoted) (\(keyList))
                        VALUES (\(oldKeyValues));
                        EXECUTE deletion;
                    END IF;
                END IF;
                IF new_key IS NOT NULL THEN
                    problem := \(problemExpression);
                    IF problem IS NULL THEN
                        INSERT INTO \(foreignTable.quoted) (\(columnList))
                        VALUES (\(valueList));
                    END IF;
                END IF;
            EXCEPTION WHEN OTHERS THEN
                problem := SQLERRM;
                IF NOT waits AND (SQLSTATE = 'HV00N' OR clock_timestamp() - began > interval '1 second') THEN
                    PERFORM set_config('pgscylla.resume_at', (clock_timestamp() + interval '30 seconds')::text, false);
                END IF;
            END;
            IF problem IS NOT NULL THEN
                INSERT INTO \(missed) (source, key, reason)
                SELECT source, old_key, problem WHERE old_key IS NOT NULL
                UNION SELECT source, new_key, problem WHERE new_key IS NOT NULL;
                IF NOT waits THEN
                    RAISE WARNING 'pgscylla: a change of % was not carried to ScyllaDB: %', source, problem;
                END IF;
            END IF;
            RETURN NULL;
        END

        """
    }

    // MARK: Parts

    private var missed: String { MissedChanges(foreignSchema: foreignSchema).table.quoted }

    private var columnList: String { plan.columns.map { quotedIdentifier($0.name) }.joined(separator: ", ") }

    private var keyList: String { plan.key.map { quotedIdentifier(plan.columns[$0].name) }.joined(separator: ", ") }

    private var oldKeyValues: String { plan.key.map { value($0, of: "OLD") }.joined(separator: ", ") }

    private var valueList: String {
        plan.columns.indices.map { value($0, of: "NEW") }.joined(separator: ",\n                        ")
    }

    private func column(_ index: Int, of row: String) -> String {
        "\(row).\(quotedIdentifier(plan.columns[index].name))"
    }

    private func value(_ index: Int, of row: String) -> String {
        carriers[index].expression(of: column(index, of: row), castsToText: castsToText(index))
    }

    private func castsToText(_ index: Int) -> Bool {
        switch plan.columns[index].expression {
        case .text, .textArray: true
        case .column: plan.columns[index].conversion == .jsonb
        }
    }

    /// The key as text: equal keys of another text, such as 1.5 and 1.50, are two rows in the target.
    private func keyArray(_ row: String) -> String {
        "ARRAY[\(plan.key.map { "(\(column($0, of: row)))::text" }.joined(separator: ", "))]"
    }

    private func refusals(_ index: Int, of row: String) -> [ForeignCarrier.Refusal] {
        carriers[index].refusals(
            of: column(index, of: row),
            castsToText: castsToText(index),
            isKey: plan.columns[index].isKey,
            isWholePartitionKey: plan.partitionKey == [index]
        )
    }

    /// A row whose key the target cannot hold was never there.
    private func keyIsHeld(_ row: String) -> String {
        plan.key.flatMap { refusals($0, of: row) }.map { "\n            AND NOT (\($0.condition))" }.joined()
    }

    private var deleteExpression: String {
        let conditions = plan.key.map { index in
            carriers[index].scalar.condition(
                on: quotedIdentifier(plan.columns[index].name),
                equals: value(index, of: "OLD")
            )
        }
        let beginning = quotedLiteral("DELETE FROM \(foreignTable.quoted) WHERE ")
        return ([beginning] + [conditions.joined(separator: " || ' AND ' || ")]).joined(
            separator: "\n                || "
        )
    }

    private var problemExpression: String {
        let cases = plan.columns.indices.flatMap { index in
            refusals(index, of: "NEW").map { refusal in
                let reason = quotedLiteral("column \(quotedIdentifier(plan.columns[index].name)): \(refusal.reason)")
                return "WHEN \(refusal.condition) THEN \(reason)"
            }
        }
        guard !cases.isEmpty else { return "NULL" }
        return "CASE\n                    \(cases.joined(separator: "\n                    "))\n                END"
    }

    /// Quotes with dollars, which leave a function's body readable.
    private static func dollarQuoted(_ body: String) -> String {
        var tag = "$pgscylla$"
        while body.contains(tag) { tag = "$" + tag.dropFirst().dropLast() + "_$" }
        return tag + body + tag
    }
}

// MARK: - Triggers

extension FollowedTable {
    /// Creates the trigger that carries changed rows.
    ///
    /// As a constraint trigger, deferred, it runs when the transaction commits: what is rolled back never reaches the
    /// target, and nothing does before its commit.
    package func createRowTriggerStatement(on relation: QualifiedName) -> String {
        """
        CREATE CONSTRAINT TRIGGER \(quotedIdentifier(rowTrigger)) AFTER INSERT OR UPDATE OR DELETE ON \(relation.quoted)
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION \(function.quoted)()
        """
    }

    package func createTruncateTriggerStatement(on relation: QualifiedName) -> String {
        """
        CREATE OR REPLACE TRIGGER \(quotedIdentifier(truncateTrigger)) AFTER TRUNCATE ON \(relation.quoted)
        FOR EACH STATEMENT EXECUTE FUNCTION \(function.quoted)()
        """
    }

    /// Has a trigger run for what replication applies too.
    package func enableStatement(_ trigger: String, on relation: QualifiedName) -> String {
        "ALTER TABLE \(relation.quoted) ENABLE ALWAYS TRIGGER \(quotedIdentifier(trigger))"
    }

    package func dropStatement(_ trigger: String, on relation: QualifiedName) -> String {
        "DROP TRIGGER \(quotedIdentifier(trigger)) ON \(relation.quoted)"
    }

    /// Whether a relation has the row trigger as it is now: one row with `true` or `false`, or none without a trigger
    /// of that name.
    package func rowTriggerQuery(on relation: QualifiedName) -> String {
        """
        SELECT (tgdeferrable AND tginitdeferred AND tgenabled = 'A' AND tgtype = \(Self.rowTriggerType)
            AND tgfoid = to_regprocedure(\(quotedLiteral(function.quoted + "()"))) AND tgqual IS NULL AND tgnargs = 0)::text
        FROM pg_catalog.pg_trigger
        WHERE tgrelid = \(quotedLiteral(relation.quoted))::regclass AND tgname = \(quotedLiteral(rowTrigger))
        """
    }

    /// `TRIGGER_TYPE_ROW`, `_INSERT`, `_DELETE` and `_UPDATE` of PostgreSQL's `catalog/pg_trigger.h`; AFTER is zero.
    private static let rowTriggerType = 1 | 4 | 8 | 16
}
