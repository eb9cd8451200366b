import type { Dependency, Manifest } from '../manifests';

/** A library that says what a project is made of. */
export interface Known {
  name: string;
  role: string;
}

function known(role: string, names: Record<string, string>): [string, Known][] {
  return Object.entries(names).flatMap(([name, packages]) =>
    packages.split(' ').map((one): [string, Known] => [one, { name, role }]),
  );
}

/** Browser libraries by npm package. */
const frontendLibraries = new Map([
  ...known('framework', {
    React: 'react',
    Preact: 'preact',
    Vue: 'vue',
    Svelte: 'svelte',
    Angular: '@angular/core',
    AngularJS: 'angular',
    Solid: 'solid-js',
    Lit: 'lit',
    Qwik: '@builder.io/qwik',
    Ember: 'ember-source',
    'Alpine.js': 'alpinejs',
    htmx: 'htmx.org',
    jQuery: 'jquery',
    Backbone: 'backbone',
    Stimulus: '@hotwired/stimulus',
  }),
  ...known('meta-framework', {
    'Next.js': 'next',
    Nuxt: 'nuxt nuxt3',
    Gatsby: 'gatsby',
    Astro: 'astro',
    Remix: '@remix-run/react',
    SvelteKit: '@sveltejs/kit',
    Docusaurus: '@docusaurus/core',
    'Create React App': 'react-scripts',
    VitePress: 'vitepress',
    Expo: 'expo',
    'React Native': 'react-native',
    Electron: 'electron',
    Ionic: '@ionic/core @ionic/react @ionic/angular',
    'TanStack Start': '@tanstack/react-start',
  }),
  ...known('build tool', {
    Vite: 'vite',
    webpack: 'webpack',
    Rollup: 'rollup',
    Parcel: 'parcel',
    Rspack: '@rspack/core',
  }),
  ...known('styling', {
    'Tailwind CSS': 'tailwindcss',
    Sass: 'sass node-sass sass-embedded',
    PostCSS: 'postcss',
    'styled-components': 'styled-components',
    Emotion: '@emotion/react',
    Bootstrap: 'bootstrap',
    MUI: '@mui/material',
    'Ant Design': 'antd',
    Chakra: '@chakra-ui/react',
    Less: 'less',
  }),
  ...known('state and data', {
    Redux: 'redux @reduxjs/toolkit',
    MobX: 'mobx',
    Zustand: 'zustand',
    Pinia: 'pinia',
    Vuex: 'vuex',
    'TanStack Query': '@tanstack/react-query react-query',
    'Apollo Client': '@apollo/client',
    RxJS: 'rxjs',
    SWR: 'swr',
  }),
  ...known('browser tests', {
    Playwright: '@playwright/test playwright',
    Cypress: 'cypress',
    'Testing Library': '@testing-library/react @testing-library/vue @testing-library/svelte @testing-library/dom',
    Storybook: 'storybook @storybook/react',
  }),
]);

/** npm packages that only a front end has; build tools and CSS tools alone do not make one. */
export const frontendRoles: ReadonlySet<string> = new Set(['framework', 'meta-framework']);

/** Server libraries by ecosystem and package (for Go and Java a prefix is enough). */
export const backendLibraries: Record<string, Map<string, Known>> = {
  npm: new Map(
    known('web framework', {
      Express: 'express',
      Fastify: 'fastify',
      Koa: 'koa',
      NestJS: '@nestjs/core',
      hapi: '@hapi/hapi',
      Hono: 'hono',
      Restify: 'restify',
      Feathers: '@feathersjs/feathers',
      AdonisJS: '@adonisjs/core',
      'Apollo Server': '@apollo/server apollo-server',
      'Socket.IO': 'socket.io',
      ws: 'ws',
      gRPC: '@grpc/grpc-js',
      Strapi: '@strapi/strapi',
      Sails: 'sails',
      polka: 'polka',
      'Next.js': 'next',
      Nuxt: 'nuxt',
    }),
  ),
  PyPI: new Map(
    known('web framework', {
      Flask: 'flask',
      Django: 'django',
      FastAPI: 'fastapi',
      Starlette: 'starlette',
      aiohttp: 'aiohttp',
      Tornado: 'tornado',
      Sanic: 'sanic',
      Bottle: 'bottle',
      Pyramid: 'pyramid',
      Falcon: 'falcon',
      Litestar: 'litestar',
      gRPC: 'grpcio',
      Celery: 'celery',
      Gunicorn: 'gunicorn',
      Uvicorn: 'uvicorn',
      'Django REST framework': 'djangorestframework',
    }),
  ),
  Go: new Map(
    known('web framework', {
      Gin: 'github.com/gin-gonic/gin',
      Echo: 'github.com/labstack/echo',
      Fiber: 'github.com/gofiber/fiber',
      chi: 'github.com/go-chi/chi',
      'gorilla/mux': 'github.com/gorilla/mux',
      gRPC: 'google.golang.org/grpc',
      httprouter: 'github.com/julienschmidt/httprouter',
      Connect: 'connectrpc.com/connect',
    }),
  ),
  Rust: new Map(
    known('web framework', {
      'Actix Web': 'actix-web',
      axum: 'axum',
      Rocket: 'rocket',
      warp: 'warp',
      hyper: 'hyper',
      tonic: 'tonic',
      Tide: 'tide',
      poem: 'poem',
    }),
  ),
  Java: new Map(
    known('web framework', {
      'Spring Boot': 'org.springframework.boot:',
      Quarkus: 'io.quarkus:',
      Micronaut: 'io.micronaut:',
      Jetty: 'org.eclipse.jetty:',
      Ktor: 'io.ktor:',
      Dropwizard: 'io.dropwizard:',
      'Vert.x': 'io.vertx:',
      Javalin: 'io.javalin:',
      Netty: 'io.netty:',
      gRPC: 'io.grpc:',
    }),
  ),
  Ruby: new Map(
    known('web framework', {
      Rails: 'rails',
      Sinatra: 'sinatra',
      Hanami: 'hanami',
      Grape: 'grape',
      Puma: 'puma',
      Sidekiq: 'sidekiq',
      Rack: 'rack',
    }),
  ),
  PHP: new Map(
    known('web framework', {
      Laravel: 'laravel/framework',
      Symfony: 'symfony/framework-bundle symfony/http-kernel',
      Slim: 'slim/slim',
      CakePHP: 'cakephp/cakephp',
      CodeIgniter: 'codeigniter4/framework',
      Yii: 'yiisoft/yii2',
      Laminas: 'laminas/laminas-mvc',
    }),
  ),
};

/** Services a program talks to, by the client library it uses. */
const serviceClients: [RegExp, string][] = [
  [
    /^(?:pg|postgres|pg-promise|psycopg2?(?:-binary)?|psycopg\[?|asyncpg|github\.com\/lib\/pq|github\.com\/jackc\/pgx.*|org\.postgresql:.*|tokio-postgres|postgresql)$/,
    'PostgreSQL',
  ],
  [
    /^(?:mysql2?|mysqlclient|pymysql|aiomysql|mysql-connector-python|github\.com\/go-sql-driver\/mysql|(?:com\.)?mysql:.*|com\.mysql:.*|mariadb|libmysqlclient.*)$/,
    'MySQL or MariaDB',
  ],
  [/^(?:mongodb|mongoose|pymongo|motor|mongoengine|go\.mongodb\.org\/mongo-driver.*|org\.mongodb:.*)$/, 'MongoDB'],
  [
    /^(?:ioredis|redis|node-redis|@redis\/client|aioredis|django-redis|github\.com\/(?:go-redis\/redis|redis\/go-redis|gomodule\/redigo).*|redis\.clients:jedis|io\.lettuce:.*|predis\/predis|hiredis|bullmq|bull)$/,
    'Redis',
  ],
  [
    /^(?:sqlite3|better-sqlite3|aiosqlite|github\.com\/mattn\/go-sqlite3|rusqlite|modernc\.org\/sqlite|libsqlite3-dev)$/,
    'SQLite',
  ],
  [
    /^(?:kafkajs|kafka-python|confluent-kafka|aiokafka|github\.com\/(?:segmentio\/kafka-go|confluentinc\/confluent-kafka-go|IBM\/sarama|Shopify\/sarama).*|org\.apache\.kafka:.*|rdkafka)$/,
    'Kafka',
  ],
  [
    /^(?:amqplib|amqp|pika|aio-pika|github\.com\/(?:streadway\/amqp|rabbitmq\/amqp091-go)|com\.rabbitmq:.*|bunny|php-amqplib\/php-amqplib|lapin)$/,
    'RabbitMQ',
  ],
  [
    /^(?:@elastic\/elasticsearch|elasticsearch|elasticsearch-dsl|github\.com\/(?:elastic\/go-elasticsearch|olivere\/elastic).*|org\.elasticsearch.*)$/,
    'Elasticsearch',
  ],
  [
    /^(?:boto3|botocore|aiobotocore|aws-sdk|@aws-sdk\/.*|github\.com\/aws\/aws-sdk-go.*|software\.amazon\.awssdk:.*|aws-sdk-.*)$/,
    'AWS',
  ],
  [/^(?:@google-cloud\/.*|google-cloud-.*|cloud\.google\.com\/go.*|com\.google\.cloud:.*)$/, 'Google Cloud'],
  [/^(?:@azure\/.*|azure-.*|github\.com\/Azure\/azure-sdk-for-go.*|com\.azure:.*)$/, 'Azure'],
  [/^(?:nats|nats-py|github\.com\/nats-io\/nats\.go|async-nats)$/, 'NATS'],
  [/^(?:cassandra-driver|github\.com\/gocql\/gocql)$/, 'Cassandra'],
  [/^(?:memcached|pymemcache|pylibmc|github\.com\/bradfitz\/gomemcache)$/, 'Memcached'],
  [/^(?:stripe)$/, 'Stripe'],
  [/^(?:openai|@anthropic-ai\/sdk|anthropic|@ai-sdk\/.*|langchain.*)$/, 'model provider'],
  [
    /^(?:sqlalchemy|sequelize|typeorm|prisma|@prisma\/client|knex|kysely|drizzle-orm|gorm\.io\/gorm|diesel|sqlx|activerecord|doctrine\/orm|peewee|tortoise-orm)$/,
    'SQL database (by an ORM)',
  ],
];

/** A known library a manifest names. */
export interface Use extends Known {
  dependency: Dependency;
  manifest: Manifest;
}

/** Known back-end libraries that the manifests name; one entry each. */
export function backendUses(manifests: readonly Manifest[]): Use[] {
  const uses: Use[] = [];
  for (const manifest of manifests) {
    const libraries = backendLibraries[manifest.ecosystem];
    if (!libraries) continue;
    const prefix = manifest.ecosystem === 'Go' || manifest.ecosystem === 'Java';
    for (const dependency of manifest.dependencies) {
      const name = dependency.name.toLowerCase();
      const found =
        libraries.get(name) ??
        (prefix ? [...libraries].find(([start]) => name.startsWith(start.toLowerCase()))?.[1] : undefined);
      if (found && !uses.some((use) => use.name === found.name && use.manifest === manifest))
        uses.push({ ...found, dependency, manifest });
    }
  }
  return uses;
}

/** Known front-end libraries that package.json files name. */
export function frontendUses(manifests: readonly Manifest[]): Use[] {
  return manifests
    .filter(({ ecosystem }) => ecosystem === 'npm')
    .flatMap((manifest) =>
      manifest.dependencies.flatMap((dependency) => {
        const found = frontendLibraries.get(dependency.name);
        return found ? [{ ...found, dependency, manifest }] : [];
      }),
    );
}

/** Services by the client libraries that run in production. */
export function servicesOf(manifests: readonly Manifest[]): { service: string; by: string; manifest: string }[] {
  const found = new Map<string, { service: string; by: string; manifest: string }>();
  for (const manifest of manifests) {
    if (manifest.ecosystem === 'Debian') continue;
    for (const { name, scope } of manifest.dependencies) {
      if (scope === 'development') continue;
      const service = serviceClients.find(([pattern]) => pattern.test(name))?.[1];
      if (service !== undefined && !found.has(service))
        found.set(service, { service, by: name, manifest: manifest.file.path });
    }
  }
  return [...found.values()];
}
