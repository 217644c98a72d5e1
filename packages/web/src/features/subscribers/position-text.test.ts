import fc from 'fast-check';
import { expect, it } from 'vitest';
import { positionOfText, textOfPosition } from './position-text.ts';

it.each([
  ['-1.2921, 36.8219', { latitude: -1.2921, longitude: 36.8219 }],
  [' -1.2921 36.8219 ', { latitude: -1.2921, longitude: 36.8219 }],
  ['10;20', { latitude: 10, longitude: 20 }],
  [
    'https://www.google.com/maps/place/X/@-1.3,36.8,17z/data=!3m1!3d-1.2921!4d36.8219',
    { latitude: -1.2921, longitude: 36.8219 },
  ],
  ['https://maps.google.com/?q=-1.2921,36.8219', { latitude: -1.2921, longitude: 36.8219 }],
  [
    'https://www.openstreetmap.org/?mlat=-1.2921&mlon=36.8219#map=18/1.0/2.0',
    { latitude: -1.2921, longitude: 36.8219 },
  ],
  ['https://www.openstreetmap.org/#map=18/-1.2921/36.8219', { latitude: -1.2921, longitude: 36.8219 }],
  ['geo:-1.2921,36.8219', { latitude: -1.2921, longitude: 36.8219 }],
  ['', null],
  ['91, 0', undefined],
  ['0, 181', undefined],
  ['near the church', undefined],
  ['https://example.com/', undefined],
])('takes %j as %j', (typed, position) => {
  expect(positionOfText(typed)).toEqual(position);
});

it('takes back every position that it shows', () => {
  const [latitude, longitude] = [fc.integer({ min: -90e6, max: 90e6 }), fc.integer({ min: -180e6, max: 180e6 })];
  fc.assert(
    fc.property(latitude, longitude, (north, east) => {
      const position = { latitude: north / 1e6, longitude: east / 1e6 };
      const taken = positionOfText(textOfPosition(position));
      expect(taken?.latitude).toBeCloseTo(position.latitude, 6);
      expect(taken?.longitude).toBeCloseTo(position.longitude, 6);
    }),
  );
});
