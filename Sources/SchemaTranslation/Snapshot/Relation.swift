/// A relation that holds rows of its own and is read with `ONLY`: a plain table, a leaf of a partitioned one, or a
/// member of an inheritance tree.
package struct Relation: Hashable, Sendable {
    package var oid: UInt32
    package var name: QualifiedName
    /// Pages of the main fork: what `ctid` ranges divide.
    package var pageCount: Int
    /// Bytes of the rows, values stored out of line included, indexes not.
    package var byteCount: Int
    /// A foreign table has no pages and cannot be divided.
    package var isForeign: Bool

    package init(oid: UInt32, name: QualifiedName, pageCount: Int, byteCount: Int, isForeign: Bool = false) {
        self.oid = oid
        self.name = name
        self.pageCount = pageCount
        self.byteCount = byteCount
        self.isForeign = isForeign
    }
}
