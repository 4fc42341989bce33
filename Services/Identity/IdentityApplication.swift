import Contracts
import Cryptography
import EventLog
import Foundation
import HTTPService
import Postgres
import Settings

/// Composition root: the one place that names every concrete part of identity.
public func makeIdentityService(_ reader: inout SettingsReader, _ base: ServiceBase) throws -> MeshService {
    let settings = IdentitySettings(&reader)
    try reader.finish()
    guard let key = settings.privateKey else { throw SettingsError(faults: ["IDENTITY_PRIVATE_KEY is missing"]) }

    let database = Database(url: settings.databaseURL.reveal(), schema: ServiceName.identity.schema, logger: base.logger)
    let issuer = TokenIssuer(key: key, keyID: key.publicKey.thumbprint, issuer: base.http.issuer, audience: HTTPSettings.audience)
    let write = IdentityWrite(database: database, log: EventLog())
    let teams = TeamStore(write: write)
    let entries = GatewayEntryStore(write: write, issuer: issuer)
    let sessions = SessionStore(write: write, entries: entries)
    let changes = GatewayChanges(database: database)
    let bootstrap = BootstrapStore(write: write, entries: entries)

    return makeService(
        name: .identity, settings: base.http, database: database, logger: base.logger, metrics: base.metrics,
        services: [
            changes, TokenRenewal(entries: entries, logger: base.logger),
            EventRetention(database: database, keep: settings.eventRetention, logger: base.logger),
        ],
        beforeStart: {
            try await database.migrate([Migration("v0001_identities", PackageResources.v0001_identities_sql)])
            try await bootstrap.apply(settings.bootstrap)
        },
        routes: { router in
            TokenRoutes(credentials: CredentialStore(database: database), issuer: issuer).add(to: router)
            PersonRoutes(
                teams: teams, people: PersonStore(write: write, teams: teams, entries: entries), sessions: sessions,
                publicURL: settings.publicURL
            ).add(to: router)
            SessionRoutes(sessions: sessions, secureCookies: settings.secureCookies).add(to: router)
            KeyRoutes(keys: KeyStore(write: write, teams: teams, entries: entries)).add(to: router)
            AttemptRoutes(attempts: AttemptStore(write: write, teams: teams, issuer: issuer)).add(to: router)
            GatewayRoutes(entries: entries, audits: AuditStore(database: database), changes: changes).add(to: router)
        })
}
