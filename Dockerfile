# docker build -t incidentbot .
# The configuration must say "listen: 0.0.0.0:8080", and so it must name a webhook token: see the README.
# docker run -p 8080:8080 -v incidentbot-data:/app/data -v ./incidentbot.yml:/app/incidentbot.yml:ro incidentbot
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /build
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ src/
COPY webhooks/ webhooks/
RUN dotnet restore src/IncidentBot/IncidentBot.csproj --use-current-runtime --locked-mode \
 && dotnet publish src/IncidentBot/IncidentBot.csproj --use-current-runtime --no-self-contained --configuration Release --no-restore --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app ./
COPY runbooks/ runbooks/
RUN mkdir data && chown "$APP_UID" data
USER $APP_UID
VOLUME /app/data
EXPOSE 8080
HEALTHCHECK --interval=1m --timeout=10s --start-period=15s CMD ["dotnet", "incidentbot.dll", "health"]
ENTRYPOINT ["dotnet", "incidentbot.dll"]
