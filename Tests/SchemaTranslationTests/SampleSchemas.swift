import SchemaTranslation

/// Source types as a catalogue would describe them.
enum Types {
    static func scalar(_ name: String, _ oid: BuiltinType) -> SourceType {
        SourceType(oid: oid.rawValue, name: name, base: .scalar(SourceType.Scalar(oid)))
    }

    static func other(_ name: String, oid: UInt32 = 60_000, isEnumeration: Bool = false) -> SourceType {
        let scalar = SourceType.Scalar(BuiltinType(rawValue: oid), isEnumeration: isEnumeration)
        return SourceType(oid: oid, name: name, base: .scalar(scalar))
    }

    static func array(_ type: SourceType) -> SourceType {
        guard case .scalar(let scalar) = type.base else { return type }
        return SourceType(oid: type.oid + 1, name: type.name + "[]", base: .array(of: scalar))
    }

    static let bigint = scalar("bigint", .int8)
    static let integer = scalar("integer", .int4)
    static let text = scalar("text", .text)
    static let numeric = scalar("numeric(10,2)", .numeric)
    static let date = scalar("date", .date)
    static let time = scalar("time without time zone", .time)
    static let timestamp = scalar("timestamp without time zone", .timestamp)
    static let timestamptz = scalar("timestamp with time zone", .timestamptz)
    static let jsonb = scalar("jsonb", .jsonb)
    static let inet = scalar("inet", .inet)
    static let uuid = scalar("uuid", .uuid)
    static let interval = other("interval", oid: 1186)
    static let mood = other("mood", isEnumeration: true)
    /// A domain: declared under its own name, seen through to text.
    static let email = SourceType(oid: 60_010, name: "email", base: .scalar(SourceType.Scalar(.text)))
}

/// Snapshots in the shapes that matter.
enum SampleSchemas {
    static func schema(
        _ tables: [SourceTable],
        encoding: String = "UTF8",
        covered: [String: String] = [:],
        omitted: [OmittedObject] = []
    ) -> SchemaSnapshot {
        SchemaSnapshot(
            schema: "shop",
            database: "postgres",
            serverVersion: 150_004,
            serverEncoding: encoding,
            tables: tables,
            coveredRelations: covered,
            omittedObjects: omitted
        )
    }

    static func relation(_ name: String, pages: Int = 1, isForeign: Bool = false) -> Relation {
        Relation(
            oid: 1000,
            name: QualifiedName("shop", name),
            pageCount: pages,
            byteCount: pages * 8192,
            isForeign: isForeign
        )
    }

    static func table(
        _ name: String,
        _ columns: [(String, SourceType)],
        key: [String],
        kind: SourceTable.Kind = .ordinary,
        leaves: [Relation]? = nil,
        rows: Int? = nil,
        children: [SourceTable.Child] = [],
        isRowSecurityActive: Bool = false,
        omitted: [OmittedObject] = []
    ) -> SourceTable {
        SourceTable(
            oid: 1000,
            name: QualifiedName("shop", name),
            kind: kind,
            estimatedRowCount: rows,
            leaves: leaves ?? [relation(name)],
            columns: columns.map { SourceColumn(name: $0.0, type: $0.1) },
            primaryKey: key,
            isRowSecurityActive: isRowSecurityActive,
            children: children,
            omittedObjects: omitted
        )
    }

    /// A key whose index order is not the table's column order.
    static let orders = table(
        "orders",
        [
            ("note", Types.text), ("line", Types.integer), ("order_id", Types.bigint), ("placed", Types.timestamptz),
            ("price", Types.numeric),
        ],
        key: ["order_id", "line", "placed"],
        leaves: [relation("orders", pages: 20_000)],
        rows: 1_234_567,
        omitted: [
            OmittedObject(.index, "orders_price_idx"), OmittedObject(.foreignKey, "orders_customer_fkey"),
            OmittedObject(.index, "orders_note_idx"), OmittedObject(.columnDefault, "placed"),
        ]
    )

    static let plain = schema([orders], omitted: [OmittedObject(.view, "big_orders")])

    /// Every kind of mapping, and names that need quotes.
    static let awkward = schema([
        table(
            "Sélect from",
            [
                ("id", Types.uuid), ("a\"b", Types.jsonb), ("for", Types.interval), ("Mood", Types.mood),
                ("moods", Types.array(Types.mood)), ("spans", Types.array(Types.interval)), ("mail", Types.email),
                ("at", Types.timestamp), ("ats", Types.array(Types.timestamp)), ("ip", Types.inet),
            ],
            key: ["id"]
        ),
        table("log", [("line", Types.text)], key: []),
        table("remote", [("id", Types.integer)], key: [], kind: .foreign),
        table("secret", [("id", Types.integer)], key: ["id"], isRowSecurityActive: true),
        table("evil\n; DROP TABLE x; --", [("id", Types.integer)], key: ["id"]),
        table(String(repeating: "long_", count: 12), [("id", Types.integer)], key: ["id"]),
    ])

    static let trees = schema(
        [
            table(
                "animals",
                [("id", Types.integer)],
                key: ["id"],
                leaves: [relation("animals"), relation("dogs"), relation("cats")],
                children: [
                    SourceTable.Child(name: QualifiedName("shop", "cats")),
                    SourceTable.Child(name: QualifiedName("shop", "dogs"), additionalColumns: ["breed"]),
                ]
            ),
            table("dogs", [("id", Types.integer), ("breed", Types.text)], key: ["id"]),
            table(
                "measurements",
                [("day", Types.date), ("at", Types.time)],
                key: ["day", "at"],
                kind: .partitioned,
                leaves: [
                    relation("m2024", pages: 5000), relation("m2025", pages: 0), relation("far", isForeign: true),
                ],
                rows: 10
            ),
        ],
        covered: ["m2024": "measurements", "m2025": "measurements", "cats": "animals"]
    )
}
