package import PostgresClient
package import SchemaTranslation

extension MigrationPlan {
    /// Reads the catalogue of `schema` and plans what `request` asks for.
    ///
    /// - Throws: `MigrationError`: the schema cannot be read, or no plan can be made of it.
    package static func make(
        of schema: String,
        for request: PlanRequest,
        over source: PostgresConnection
    ) async throws(MigrationError) -> MigrationPlan {
        let snapshot = try await Catalogue.snapshot(of: schema, over: source)
        do throws(PlanError) {
            return try MigrationPlan(of: snapshot, for: request)
        } catch {
            throw MigrationError(error)
        }
    }
}
