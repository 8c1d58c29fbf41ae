extension TablePlan {
    /// The items that COPY and verification select, in the order of `columns`.
    package var selectList: String { columns.map(\.expression.sql).joined(separator: ", ") }

    /// The statement that streams a split's rows in binary form.
    ///
    /// `ONLY` because every relation of the table has splits of its own; `ctid` ranges are read as ranges since
    /// PostgreSQL 14.
    package func copyStatement(for split: CopySplit) -> String {
        "COPY (SELECT \(selectList) FROM ONLY \(split.relation.quoted)\(Self.condition(split))) "
            + "TO STDOUT (FORMAT binary)"
    }

    private static func condition(_ split: CopySplit) -> String {
        var conditions: [String] = []
        if let pages = split.pages {
            conditions.append("ctid >= '(\(pages.start),0)'::tid")
            if let end = pages.end { conditions.append("ctid < '(\(end),0)'::tid") }
        }
        if let condition = split.condition { conditions.append(condition) }
        return conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    }
}
