extension TablePlan {
    /// The least that is worth a COPY of its own: 2048 pages.
    package static let minimumSplitByteCount = 16 << 20

    /// Divides the table's relations so that `readerCount` readers finish together.
    ///
    /// Large tables get at least four splits per reader; ranges are by pages, their number by bytes, since values stored
    /// out of line make few pages long to read. The last range of a relation is open-ended.
    package func splits(readerCount: Int) -> [CopySplit] {
        let share = Double(byteCount) / Double(max(readerCount, 1)) / 4
        let target = max(share, Double(Self.minimumSplitByteCount))
        return leaves.flatMap { leaf in
            let pageCount = min(max(leaf.pageCount, 0), Int(UInt32.max))
            let wanted = (Double(max(leaf.byteCount, 0)) / target).rounded(.up)
            let count = leaf.isForeign ? 1 : min(Int(min(wanted, 65_536)), pageCount)
            guard count > 1 else { return [CopySplit(table: source, relation: leaf.name)] }
            return (0..<count).map { index in
                CopySplit(
                    table: source,
                    relation: leaf.name,
                    pages: PageRange(
                        start: UInt32(index * pageCount / count),
                        end: index + 1 == count ? nil : UInt32((index + 1) * pageCount / count)
                    )
                )
            }
        }
    }
}
