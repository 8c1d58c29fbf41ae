/// A range of a relation's pages: what one COPY reads.
package struct PageRange: Hashable, Sendable, Codable {
    package var start: UInt32
    /// The first page that does not belong to the range; nil for the last range, which also gets the pages that were
    /// added after the relation was measured.
    package var end: UInt32?

    package init(start: UInt32, end: UInt32?) {
        self.start = start
        self.end = end
    }
}

/// A unit of copying that any lane of any process can execute: it refers to nothing but the plan's table.
package struct CopySplit: Hashable, Sendable, Codable {
    /// The planned table.
    package var table: QualifiedName
    /// The relation to read with `ONLY`.
    package var relation: QualifiedName
    /// Nil reads the relation as a whole.
    package var pages: PageRange?
    /// An SQL condition on the rows; nil reads all of them.
    package var condition: String?

    package init(table: QualifiedName, relation: QualifiedName, pages: PageRange? = nil, condition: String? = nil) {
        self.table = table
        self.relation = relation
        self.pages = pages
        self.condition = condition
    }
}

extension CopySplit: CustomStringConvertible {
    package var description: String {
        guard let pages else { return relation.description }
        let end = pages.end.map { String(describing: $0) } ?? ""
        return "\(relation) pages \(pages.start)..<\(end)"
    }
}
