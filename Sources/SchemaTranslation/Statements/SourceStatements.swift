extension TablePlan {
    /// The items that COPY and verification select, in the order of `columns`.
    package var selectList: String { columns.map(\.expression.sql).joined(separator: ", ") }

    /// The statement that streams a split's rows in binary form.
    ///
    /// `ONLY` because every relation of the table has splits of its own; `ctid` ranges are read as ranges since
    /// PostgreSQL 14.
    package func copyStatement(for split: CopySplit) -> String {
        "COPY (SELECT \(selectList) FROM ONLY \(split.relation.quoted)\(Self.condition(split.pages))) "
            + "TO STDOUT (FORMAT binary)"
    }

    private static func condition(_ pages: PageRange?) -> String {
        guard let pages else { return "" }
        let from = " WHERE ctid >= '(\(pages.start),0)'::tid"
        return from + (pages.end.map { " AND ctid < '(\($0),0)'::tid" } ?? "")
    }
}
